import { expectTypeOf, test } from 'vitest'
import type { RunEventJson, RunJson } from 'agentic-node/client'
import type { eventJson, runJson } from '../../src/http/wire.ts'

test('the client’s types say what the server sends', () => {
  expectTypeOf<keyof RunJson>().toEqualTypeOf<keyof ReturnType<typeof runJson>>()
  expectTypeOf<RunJson['status']>().toEqualTypeOf<ReturnType<typeof runJson>['status']>()
  expectTypeOf<RunJson['usage']>().toEqualTypeOf<ReturnType<typeof runJson>['usage']>()
  expectTypeOf<keyof RunEventJson>().toEqualTypeOf<keyof ReturnType<typeof eventJson>>()
})
