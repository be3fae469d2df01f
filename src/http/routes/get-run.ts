import { stateOf } from '../../core/run.ts'
import { emptyAnswer, jsonAnswer, kept, matches } from '../answer.ts'
import { json, unchanged } from '../described-answers.ts'
import { runParams } from '../fields.ts'
import { defineRoute } from '../route.ts'
import { runEtag } from '../run-etag.ts'
import { runJson, runSchema } from '../wire.ts'

export const getRun = defineRoute({
  method: 'GET',
  path: 'runs/:run_id/',
  kind: 'read',
  summary: 'A run as it is now.',
  answers: { 200: json(runSchema, 'The run.'), ...unchanged },
  params: runParams,
  async handle({ deps, owner, request, params }) {
    const query = { owner, id: params.run_id }
    if (request.headers.has('if-none-match')) {
      const etag = runEtag(await deps.views.state(query))
      if (matches(request, etag)) return kept(emptyAnswer(304), etag)
    }
    const run = await deps.runs.get(query)
    return kept(jsonAnswer(runJson(run)), runEtag(stateOf(run)))
  },
})
