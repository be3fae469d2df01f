import { hash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { AgenticError } from '../../core/errors.ts'
import type { JsonValue } from '../../core/run.ts'
import { jsonAnswer } from '../answer.ts'
import { backToPage, html, json } from '../described-answers.ts'
import { described } from '../documented.ts'
import { fields, idempotencyKey, sessionKey } from '../fields.ts'
import { formId, freshFields, newFormKey } from '../../html/form.ts'
import { isSentBy, runFragmentAnswer } from '../htmx.ts'
import { inputField } from '../input.ts'
import { parse } from '../parse.ts'
import { redirectBack } from '../redirect-back.ts'
import { defineRoute } from '../route.ts'
import { isHtmx } from '../wants.ts'
import { submittedSchema } from '../wire.ts'

const maxTurnsRule = 'must be a whole number of at least 1'

const maxTurns = described(
  z.int(maxTurnsRule).min(1, maxTurnsRule).optional(),
  'At most what the server allows.',
)

export const submitFields = fields({
  session_key: sessionKey,
  input: described(inputField, 'Text, or a list of messages of the user.'),
  agent_key: described(
    z.string('must be the name of an agent').optional(),
    'Default: the agent that the app says.',
  ),
  config: fields({ max_turns: maxTurns }).optional(),
  // To nothing else.
  context: described(
    z.unknown().optional(),
    'Any JSON; handed to the `context` factory of the app.',
  ),
  idempotency_key: idempotencyKey.optional(),
})

type Body = z.output<typeof submitFields>

export const submitRun = defineRoute({
  method: 'POST',
  path: 'runs/',
  kind: 'write',
  summary: 'Submits a run.',
  answers: {
    200: [
      json(submittedSchema, 'The run is accepted, and durable.'),
      html('To htmx: the fragment of the run.'),
    ],
    ...backToPage,
  },
  errors: ['unknown_agent', 'session_busy', 'rate_limited', 'too_many_pending'],
  headers: z.object({
    'Idempotency-Key': described(idempotencyKey.optional(), 'As the field `idempotency_key`.'),
  }),
  body: submitFields,
  async handle({ deps, owner, request, body: sent }) {
    const options = {
      owner,
      session: sent.session_key,
      input: sent.input,
      agent: sent.agent_key,
      config: { maxTurns: sent.config?.max_turns },
      context: sent.context as JsonValue | undefined,
      idempotencyKey: keyOf(request, sent),
    }
    const known = await deps.runs.submit(options)
    const isOther = !known.isNew && !isDeepStrictEqual(known.input, sent.input)
    // A page that never got its answer, or was left and come back to, sends another message under the key of the last.
    const run =
      isOther && isHtmx(request)
        ? await deps.runs.submit({ ...options, idempotencyKey: keyOfOther(options) })
        : known
    if (isHtmx(request)) {
      const form = { sessionKey: sent.session_key, idempotencyKey: newFormKey() }
      const isOurs = isSentBy(request, formId(form.sessionKey))
      return runFragmentAnswer(deps, { owner, id: run.id }, isOurs ? freshFields(form) : '')
    }
    const facts: z.output<typeof submittedSchema> = { run_id: run.id, status: run.status }
    if (!run.isNew) facts.is_new = false
    return redirectBack(deps.config, request) ?? jsonAnswer(facts)
  },
})

/** The same for the same message: sent twice it is one run. */
function keyOfOther({
  idempotencyKey: key,
  input,
}: {
  idempotencyKey?: string
  input: unknown
}): string {
  return hash('sha256', JSON.stringify([key, input]), 'base64url')
}

/** The field or the header; naming two different keys can only be a mistake. */
function keyOf(request: Request, { idempotency_key: field }: Body): string | undefined {
  const header = request.headers.get('idempotency-key')
  if (header === null) return field
  const { idempotency_key: key } = parse(fields({ idempotency_key: idempotencyKey }), {
    idempotency_key: header,
  })
  if (field === undefined || field === key) return key
  throw new AgenticError(
    'invalid_request',
    'The field `idempotency_key` and the header `Idempotency-Key` differ; send one of them.',
  )
}
