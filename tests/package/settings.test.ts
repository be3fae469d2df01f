import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { settingsSchema } from '../../src/core/settings-schema.ts'
import { root } from './source-files.ts'

const { shape } = settingsSchema
/** Settings that have settings of their own. */
const parts = {
  limits: shape.limits.unwrap().shape,
  lease: shape.lease.unwrap().shape,
  cleanup: shape.cleanup.unwrap().shape,
  runOptions: shape.runOptions.unwrap().shape,
  telemetry: shape.telemetry.unwrap().shape,
  templates: shape.templates.unwrap().shape,
}
const all = [shape, ...Object.values(parts)].flatMap((part) => Object.keys(part))

const rows = readFileSync(join(root, 'docs/settings.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `'))

test('docs/settings.md names each setting there is', () => {
  const words = new Set(rows.join(' ').match(/\w+/g))
  expect(all.filter((name) => !words.has(name))).toEqual([])
})

test('docs/settings.md has a row for no setting that does not exist', () => {
  const named = rows
    .flatMap((row) => (row.split('|')[1] ?? '').match(/`[^`]+`/g) ?? [])
    .flatMap((code) => code.slice(1, -1).split('.'))
  expect(named.length).toBeGreaterThan(40)
  expect(named.filter((name) => !all.includes(name))).toEqual([])
})
