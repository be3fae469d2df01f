import { beforeEach, expect, test, vi } from 'vitest'
import { moment } from '../../src/cli/options.ts'

beforeEach(() => vi.stubEnv('TZ', 'America/New_York'))

test.each([
  ['2026-01-31', '2026-01-31T00:00:00.000Z'],
  ['2026-01-31T12:00', '2026-01-31T12:00:00.000Z'],
  ['2026-01-31T12:00:30.5', '2026-01-31T12:00:30.500Z'],
  ['2026-01-31T12:00Z', '2026-01-31T12:00:00.000Z'],
  ['2026-01-31T12:00+02:00', '2026-01-31T10:00:00.000Z'],
])('%s is a moment of UTC, unless it says another zone', (text, iso) => {
  expect(new Date(moment(text)).toISOString()).toBe(iso)
})

test.each([
  ['2026-02-31'],
  ['2026-01-31 junk'],
  ['2026-01-31T25:00'],
  ['yesterday'],
  ['1969-01-01'],
  [''],
])('"%s" is none', (text) => {
  expect(() => moment(text)).toThrow('Accepted is a date like')
})
