import fc from 'fast-check'
import { expect, test } from 'vitest'
import { boundOutput, decodeValue, encodeValue } from '../../src/journal/values.ts'

const anyJson = fc.jsonValue({ maxDepth: 4 })
const anyText = fc.string({ unit: 'binary', maxLength: 200 })

test('any JSON a tool returns is read back as it was, NUL and lone surrogates included', () => {
  fc.assert(
    fc.property(fc.oneof(anyJson, anyText, fc.constant('\0'), fc.constant('\ud800')), (value) => {
      const stored = encodeValue(value)
      expect(stored).not.toContain('\0')
      expect(stored.isWellFormed()).toBe(true)
      expect(decodeValue(stored)).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

test('bytes and undefined are read back as they were', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(decodeValue(encodeValue({ image: bytes }))).toEqual({ image: bytes })
      expect(decodeValue(encodeValue(Buffer.from(bytes)))).toEqual(bytes)
    }),
  )
  expect(decodeValue(encodeValue(undefined))).toBeUndefined()
})

test('an output over the limit is cut and says so; one that refers to itself is kept as text', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 20, max: 100 }), (text, limit) => {
      const bounded = boundOutput(text, limit)
      if (bounded === text.toWellFormed() || bounded === text) return
      expect(String(bounded)).toMatch(/\[cut: the output had \d+ bytes, \d+ are kept\]$/)
    }),
  )
  const circular: Record<string, unknown> = {}
  circular['self'] = circular
  expect(boundOutput(circular, 1000)).toBe('[object Object]')
})
