import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DatabaseSession, defaultTemplates } from 'agentic-node'
import { buildProgram } from '../../src/cli/program.ts'
import { assetNames } from '../../src/core/asset.ts'
import { settingsSchema } from '../../src/core/settings-schema.ts'
import { routes } from '../../src/routes.ts'
import { eventSchema, runSchema } from '../../src/http/wire.ts'
import { instance } from '../support/instance.ts'
import { root } from './source-files.ts'

const page = readFileSync(join(root, 'docs/coming-from-django.md'), 'utf8')

/** The rows of the tables under a heading, as cells; without the heads. */
function rows(heading: string): string[][] {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  const lines = section.split('\n').filter((line) => line.startsWith('|'))
  const cells = lines.map((line) => line.split(/(?<!\\)\|/).slice(1, -1))
  return cells.filter(([first = ''], index) => !/^-+$/.test(first) && !isHead(cells, index))
}
const isHead = (cells: string[][], index: number) => /^-+$/.test(cells[index + 1]?.[0] ?? '')

const codes = (text = '') => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)

test('the settings it names exist', () => {
  const named = rows('Settings').flatMap(([, here]) => codes(here))
  const limits = codes(rows('Settings').flat().join()).filter((code) => code.startsWith('limits.'))
  const shape = settingsSchema.shape
  const all = [
    ...Object.keys(shape),
    ...Object.keys(shape.limits.unwrap().shape).map((name) => `limits.${name}`),
  ]
  expect(named.length).toBeGreaterThan(20)
  expect([...named, ...limits].filter((name) => !all.includes(name))).toEqual([])
})

test('the addresses it names are those of the route table, all but what is for everyone and for people in charge', () => {
  const section = page.split('\n## Addresses\n')[1]?.split('\n## ')[0]
  const named = codes(section).filter((code) => /^(GET|POST|DELETE) /.test(code))
  const real = routes.filter(({ kind }) => kind !== 'static' && kind !== 'admin')
  expect([...new Set(named)].sort()).toEqual(
    real.map(({ method, path }) => `${method} ${path}`).sort(),
  )
})

test('the fields it names are those of the answers', () => {
  const fieldsOf = (route: string) => {
    const row = rows('Addresses').find(([, here]) => codes(here).includes(route))
    return codes(row?.[2]?.split(/[.;]/)[0])
  }
  const run = fieldsOf('GET runs/:run_id/')
  const event = fieldsOf('GET runs/:run_id/events/')
  expect([run.length, event.length]).toEqual([6, 4])
  expect(run.filter((name) => !(name in runSchema.shape))).toEqual([])
  expect(event.filter((name) => !(name in eventSchema.shape))).toEqual([])
})

test('what it calls can be called', () => {
  const agentic = instance()
  const named = [...page.matchAll(/agentic\.((?:\w+\.)?\w+)/g)].map(([, path = '']) => path)
  const calls = [...new Set(named)].filter((path) => path !== 'css')
  const missing = calls.filter((path) => {
    const reached = path
      .split('.')
      .reduce<unknown>((at, key) => Reflect.get(Object(at), key), agentic)
    return typeof reached !== 'function'
  })
  expect(calls.length).toBeGreaterThan(15)
  expect(missing).toEqual([])
  expect([typeof DatabaseSession, typeof defaultTemplates]).toEqual(['function', 'function'])
})

test('what pages may have is there: templates and files', () => {
  const named = rows('Pages').find(([, here]) => codes(here).includes('templates'))
  const templates = codes(named?.[2]).filter((code) => !code.includes('('))
  expect(templates.sort()).toEqual(Object.keys(defaultTemplates()).sort())
  const files = [...page.matchAll(/'([\w.-]+\.(?:css|js))'/g)].map(([, file = '']) => file)
  expect([...new Set(files)].sort()).toEqual([...assetNames].sort())
})

test('the signals it names are those that listeners can have', () => {
  const options = readFileSync(join(root, 'src/core/options.ts'), 'utf8')
  const events = options.split('interface AgenticEvents')[1]?.split('\n}')[0] ?? ''
  const real = [...events.matchAll(/^ {2}'([\w.]+)':/gm)].map(([, name = '']) => name)
  const named = [...page.matchAll(/agentic\.on\('([\w.]+)'/g)].map(([, name = '']) => name)
  expect(named.sort()).toEqual(real.sort())
})

test('the tables it names are all there are', () => {
  const schema = readFileSync(join(root, 'tests/store/schema.sqlite.sql'), 'utf8')
  const real = [...schema.matchAll(/create table "?(agentic_\w+)/gi)].map(([, name = '']) => name)
  const named = new Set(rows('Tables').flatMap(([, table]) => codes(table)))
  expect([...named].sort()).toEqual(real.sort())
})

test('it promises no command that does not exist', () => {
  const real = buildProgram().commands.map((command) => `agentic ${command.name()}`)
  const named = codes(rows('Commands').flat().join()).filter((code) => code.startsWith('agentic '))
  expect([...new Set(named)].sort()).toEqual(real.sort())
})
