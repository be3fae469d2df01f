import { jsonAnswer } from '../answer.ts'
import { backToPage, html, json } from '../described-answers.ts'
import { fields, runParams } from '../fields.ts'
import { runFragmentAnswer } from '../htmx.ts'
import { redirectBack } from '../redirect-back.ts'
import { defineRoute } from '../route.ts'
import { isHtmx } from '../wants.ts'
import { runJson, runSchema } from '../wire.ts'

export const cancelRun = defineRoute({
  method: 'POST',
  path: 'runs/:run_id/cancel/',
  kind: 'write',
  summary: 'Cancels a run that has not ended; one that has is answered as it is.',
  answers: { 200: [json(runSchema, 'The run.'), html('To htmx: its fragment.')], ...backToPage },
  params: runParams,
  body: fields({}),
  async handle({ deps, owner, request, params }) {
    const run = await deps.runs.cancel({ owner, id: params.run_id })
    if (isHtmx(request)) return runFragmentAnswer(deps, { owner, id: run.id })
    return redirectBack(deps.config, request) ?? jsonAnswer(runJson(run))
  },
})
