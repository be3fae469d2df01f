import { z } from 'zod'
import { jsonAnswer } from '../answer.ts'
import { backToPage, html, json } from '../described-answers.ts'
import { described } from '../documented.ts'
import { approvalParams, fields } from '../fields.ts'
import { runFragmentAnswer } from '../htmx.ts'
import { redirectBack } from '../redirect-back.ts'
import { defineRoute } from '../route.ts'
import { isHtmx } from '../wants.ts'
import { approvalJson, approvalSchema } from '../wire.ts'

const messageRule = 'must be text of 2000 characters at most'

const body = fields({
  decision: z.enum(['approve', 'reject'], 'must be "approve" or "reject"'),
  message: described(
    z.string(messageRule).max(2000, messageRule).optional(),
    'Of a rejection: what the agent is told.',
  ),
})

export const decideApproval = defineRoute({
  method: 'POST',
  path: 'approvals/:approval_id/',
  kind: 'write',
  summary:
    'Approves or rejects a tool call that waits for a person. The same decision again changes nothing.',
  answers: {
    200: [json(approvalSchema, 'The approval.'), html('To htmx: the fragment of its run.')],
    ...backToPage,
  },
  errors: ['already_decided'],
  params: approvalParams,
  body,
  async handle({ deps, owner, request, params, body: decided }) {
    const approval = await deps.approvals.decide({
      owner,
      id: params.approval_id,
      decidedBy: owner,
      ...decided,
    })
    if (isHtmx(request)) return runFragmentAnswer(deps, { owner, id: approval.runId })
    return redirectBack(deps.config, request) ?? jsonAnswer(approvalJson(approval))
  },
})
