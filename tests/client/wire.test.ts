import { expectTypeOf, test } from 'vitest'
import type { z } from 'zod'
import type {
  ApprovalJson,
  ApprovalPage,
  Decide,
  RunEventJson,
  RunJson,
  Submit,
  Submitted,
} from 'agentic-node/client'
import type { decideFields } from '../../src/http/routes/decide-approval.ts'
import type { submitFields } from '../../src/http/routes/submit-run.ts'
import type {
  approvalPage,
  approvalSchema,
  eventSchema,
  runSchema,
  submittedSchema,
} from '../../src/http/wire.ts'

type Sent = z.input<typeof submitFields>
type Event = z.output<typeof eventSchema>

/** Types of later versions may come, and a `reset`, which has no time. */
type Widened<Key extends keyof Event> = Key extends 'event_type'
  ? string
  : Event[Key] | (Key extends 'created_at' ? null : never)

test('the client’s types say what the server sends', () => {
  expectTypeOf<RunJson>().toEqualTypeOf<z.output<typeof runSchema>>()
  expectTypeOf<Submitted>().toEqualTypeOf<z.output<typeof submittedSchema>>()
  expectTypeOf<ApprovalJson>().toEqualTypeOf<z.output<typeof approvalSchema>>()
  expectTypeOf<ApprovalPage>().toEqualTypeOf<z.output<typeof approvalPage>>()
  expectTypeOf<RunEventJson>().toEqualTypeOf<{ [Key in keyof Event]: Widened<Key> }>()
})

test('the client sends what the server accepts', () => {
  expectTypeOf<Decide>().toEqualTypeOf<z.input<typeof decideFields>>()
  expectTypeOf<keyof Submit>().toEqualTypeOf<keyof Sent>()
  expectTypeOf<Omit<Submit, 'input'>>().toEqualTypeOf<Omit<Sent, 'input'>>()
  expectTypeOf<Sent['input']>().toExtend<Submit['input']>()
})
