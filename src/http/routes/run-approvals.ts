import { jsonAnswer, revalidated } from '../answer.ts'
import { json, unchanged } from '../described-answers.ts'
import { runParams } from '../fields.ts'
import { defineRoute } from '../route.ts'
import { approvalJson, approvalList } from '../wire.ts'

export const runApprovals = defineRoute({
  method: 'GET',
  path: 'runs/:run_id/approvals/',
  kind: 'read',
  summary: 'The approvals of a run.',
  answers: {
    200: json(approvalList, 'The approvals, the first one first.'),
    ...unchanged,
  },
  params: runParams,
  async handle({ deps, owner, request, params }) {
    const run = await deps.runs.get({ owner, id: params.run_id })
    const approvals = await deps.approvals.list({ owner, runId: run.id })
    return revalidated(
      request,
      jsonAnswer({ run_id: run.id, approvals: approvals.map(approvalJson) }),
    )
  },
})
