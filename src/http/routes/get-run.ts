import { jsonAnswer, revalidated } from '../answer.ts'
import { json, unchanged } from '../described-answers.ts'
import { runParams } from '../fields.ts'
import { defineRoute } from '../route.ts'
import { runJson, runSchema } from '../wire.ts'

export const getRun = defineRoute({
  method: 'GET',
  path: 'runs/:run_id/',
  kind: 'read',
  summary: 'A run as it is now.',
  answers: { 200: json(runSchema, 'The run.'), ...unchanged },
  params: runParams,
  async handle({ deps, owner, request, params }) {
    const run = await deps.runs.get({ owner, id: params.run_id })
    return revalidated(request, jsonAnswer(runJson(run)))
  },
})
