import { z } from 'zod'
import { AgenticError } from '../../core/errors.ts'
import { runStatuses, type JsonValue } from '../../core/run.ts'
import { jsonAnswer } from '../answer.ts'
import { backToPage, html, json } from '../answers.ts'
import { fields, idempotencyKey, sessionKey } from '../fields.ts'
import { formId, freshFields, newFormKey } from '../../html/form.ts'
import { isSentBy, runFragmentAnswer } from '../htmx.ts'
import { inputField } from '../input.ts'
import { parse } from '../parse.ts'
import { redirectBack } from '../redirect-back.ts'
import { defineRoute } from '../route.ts'
import { isHtmx } from '../wants.ts'

const maxTurnsRule = 'must be a whole number of at least 1'

const body = fields({
  session_key: sessionKey,
  input: inputField,
  agent_key: z.string('must be the name of an agent').optional(),
  config: fields({ max_turns: z.int(maxTurnsRule).min(1, maxTurnsRule).optional() }).optional(),
  // Handed to the app's own `context` factory and to nothing else.
  context: z.custom<JsonValue>(() => true).optional(),
  idempotency_key: idempotencyKey.optional(),
})

/** `is_new` is there, and false, where the idempotency key named a run that there was already. */
const submittedSchema = z.object({
  run_id: z.string(),
  status: z.enum(runStatuses),
  is_new: z.literal(false).optional(),
})

type Body = z.output<typeof body>

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
  headers: z.object({ 'Idempotency-Key': idempotencyKey.optional() }),
  body,
  async handle({ deps, owner, request, body: sent }) {
    const run = await deps.runs.submit({
      owner,
      session: sent.session_key,
      input: sent.input,
      agent: sent.agent_key,
      config: { maxTurns: sent.config?.max_turns },
      context: sent.context,
      idempotencyKey: keyOf(request, sent),
    })
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
