import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { errorCatalogue } from '../../src/core/errors.ts'
import { itemEventTypes, runEventTypes } from '../../src/core/event.ts'
import { root } from './source-files.ts'

const name = 'agentic-node-integration'
const folder = join(root, 'skills', name)
const read = (path: string) => readFileSync(join(folder, path), 'utf8')
const references = readdirSync(join(folder, 'references'))
const pages = ['SKILL.md', ...references.map((file) => join('references', file))]

test('the skill says its name and when to use it, as coding agents read it', () => {
  const [, head = ''] = /^---\n([\s\S]*?)\n---\n/.exec(read('SKILL.md')) ?? []
  const fields = new Map(head.split('\n').map((line) => line.split(/: (.*)/s) as [string, string]))
  expect([...fields.keys()]).toEqual(['name', 'description'])
  expect(fields.get('name')).toBe(name)
  expect(fields.get('description')?.length).toBeGreaterThan(80)
  expect(fields.get('description')?.length).toBeLessThanOrEqual(1024)
})

test('the skill leads to each of its pages, and each is short', () => {
  const skill = read('SKILL.md')
  expect(references.filter((file) => !skill.includes(`(references/${file})`))).toEqual([])
  const long = pages.filter((page) => read(page).trimEnd().split('\n').length > 100)
  expect(long, 'a page of the skill fits on two screens').toEqual([])
})

test('each example in TypeScript is a file that the compiler sees', () => {
  for (const page of pages) {
    const blocks = read(page).match(/^```ts$/gm) ?? []
    const compiled = [...read(page).matchAll(/<!-- from: (examples\/\S+\.ts) -->\n```ts\n/g)]
    expect(compiled, page).toHaveLength(blocks.length)
    expect(compiled.filter(([, from = '']) => !existsSync(join(root, from)))).toEqual([])
  }
  const examples = pages.filter((page) => read(page).includes('```ts'))
  expect(examples).toHaveLength(references.length)
})

test('codes and events exist under these names', () => {
  const [errors, events] = [read('references/errors.md'), read('references/events.md')]
  const codes = [...errors.matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)].map(([, code = '']) => code)
  expect(codes.length).toBeGreaterThan(15)
  expect(codes.filter((code) => !(code in errorCatalogue))).toEqual([])
  const types: string[] = [...runEventTypes, ...itemEventTypes]
  const rows = events.split('\n').filter((line) => line.startsWith('| `'))
  const named = rows.flatMap((row) => (row.split('|')[1] ?? '').match(/[a-z._]+/g) ?? [])
  expect(named.length).toBeGreaterThan(10)
  expect(named.filter((type) => !types.includes(type))).toEqual([])
})
