import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { errorCatalogue } from '../../src/core/errors.ts'
import { readSourceFiles, root, walk } from './source-files.ts'

/** Rows of the tables in docs/errors.md: code, status, what happened, what to do. */
const rows = readFileSync(join(root, 'docs/errors.md'), 'utf8')
  .split('\n')
  .map((line) => /^\| `(\w+)` \| (\d+|–) \| (.+?) \| (.+?) \|$/.exec(line))
  .filter((row) => row !== null)
  .map(([, code = '', status, happened, advice]) => ({ code, status, happened, advice }))

test('every error code is documented in docs/errors.md, once, and every documented code exists', () => {
  expect(rows.map(({ code }) => code).sort()).toEqual(Object.keys(errorCatalogue).sort())
})

test('docs/errors.md gives the status an error answers with', () => {
  const documented = rows.filter(({ status }) => status !== '–')
  const wrong = documented.filter(({ code, status }) => String(statusOf(code)) !== status)
  expect(wrong).toEqual([])
})

test('no error code is dead: each is named somewhere in src besides the catalogue', () => {
  const named = new Set<unknown>()
  for (const { path, program } of readSourceFiles()) {
    if (path === 'core/errors.ts') continue
    walk(program, (node) => node.type === 'Literal' && named.add(node['value']))
  }
  const dead = Object.keys(errorCatalogue).filter((code) => !named.has(code))
  expect(dead, 'Remove these from src/core/errors.ts and docs/errors.md, or raise them.').toEqual(
    [],
  )
})

const statusOf = (code: string) =>
  Object.entries(errorCatalogue).find(([name]) => name === code)?.[1]
