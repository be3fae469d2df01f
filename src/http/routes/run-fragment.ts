import { runParams } from '../fields.ts'
import { pollAnswer } from '../htmx.ts'
import { defineRoute } from '../route.ts'

export const runFragment = defineRoute({
  method: 'GET',
  path: 'runs/:run_id/fragment/',
  kind: 'read',
  params: runParams,
  async handle({ deps, owner, request, params }) {
    return pollAnswer(request, deps, await deps.views.run({ owner, id: params.run_id }))
  },
})
