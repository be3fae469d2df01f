import { jsonAnswer } from '../answer.ts'
import { backToPage, html, json } from '../described-answers.ts'
import { fields, runParams } from '../fields.ts'
import { runFragmentAnswer } from '../htmx.ts'
import { redirectBack } from '../redirect-back.ts'
import { defineRoute } from '../route.ts'
import { isHtmx } from '../wants.ts'
import { runJson, runSchema } from '../wire.ts'

/** Answers with the new run. */
export const retryRun = defineRoute({
  method: 'POST',
  path: 'runs/:run_id/retry/',
  kind: 'write',
  summary: 'Starts a new run with the input of one that has ended.',
  answers: {
    200: [json(runSchema, 'The new run.'), html('To htmx: its fragment.')],
    ...backToPage,
  },
  errors: ['run_not_finished', 'rate_limited', 'too_many_pending', 'session_busy', 'unknown_agent'],
  params: runParams,
  body: fields({}),
  async handle({ deps, owner, request, params }) {
    const run = await deps.runs.retry({ owner, id: params.run_id })
    if (isHtmx(request)) return runFragmentAnswer(deps, { owner, id: run.id })
    return redirectBack(deps.config, request) ?? jsonAnswer(runJson(run))
  },
})
