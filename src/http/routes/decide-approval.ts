import { z } from 'zod'
import type { JsonValue } from '../../core/run.ts'
import { inboxId } from '../../html/approval.ts'
import { jsonAnswer } from '../answer.ts'
import { decidedAnswer } from '../approval-answer.ts'
import { backToPage, html, json } from '../described-answers.ts'
import { described } from '../documented.ts'
import { approvalParams, fields } from '../fields.ts'
import { isAimedAt, runFragmentAnswer } from '../htmx.ts'
import { assertMayDecideAlike, decidableApproval } from '../may-decide.ts'
import { redirectBack } from '../redirect-back.ts'
import { defineRoute } from '../route.ts'
import { isHtmx } from '../wants.ts'
import { approvalJson, approvalSchema } from '../wire.ts'

const messageRule = 'must be text of 2000 characters at most'
const decisionRule =
  'must be "approve" or "reject"; of an interrupted call "done", "rerun" or "fail"'

export const decideFields = fields({
  decision: z.enum(['approve', 'reject', 'done', 'rerun', 'fail'], decisionRule),
  message: described(
    z.string(messageRule).max(2000, messageRule).optional(),
    'Of `reject`: what the agent is told. Of `fail`: why.',
  ),
  arguments: described(
    z.unknown().optional(),
    'Of `approve`: what the call is made with instead of what the model asked for.',
  ),
  result: described(z.unknown().optional(), 'Of `done`: what the call is answered with.'),
  rest_of_run: described(
    z.boolean('must be true or false').optional(),
    'Of `approve` and `reject`: whether later calls of this tool in the run are decided alike.',
  ),
})

export const decideApproval = defineRoute({
  method: 'POST',
  path: 'approvals/:approval_id/',
  kind: 'write',
  summary: 'Decides a tool call that waits for a person. The same decision again changes nothing.',
  answers: {
    200: [
      json(approvalSchema, 'The approval.'),
      html(
        'To htmx: the fragment of its run; to an inbox, and to who decides for another, its own.',
      ),
    ],
    ...backToPage,
  },
  errors: ['already_decided', 'not_allowed_to_decide', 'approver_unavailable'],
  params: approvalParams,
  body: decideFields,
  async handle(call) {
    const { deps, owner, request, params, body } = call
    const found = await decidableApproval(call, params.approval_id)
    if (body.rest_of_run === true) await assertMayDecideAlike(call, found)
    const approval = await deps.approvals.decide({
      owner: found.owner,
      id: found.id,
      decidedBy: owner,
      decision: body.decision,
      message: body.message,
      // A form sends them along whether somebody changed them or not.
      arguments: body.arguments as JsonValue | undefined,
      result: body.result as JsonValue | undefined,
      restOfRun: body.rest_of_run,
    })
    if (!isHtmx(request)) {
      return redirectBack(deps.config, request) ?? jsonAnswer(approvalJson(approval))
    }
    // What else the run says is its owner's alone.
    const isOwners = approval.owner === owner
    return isOwners && !isAimedAt(request, inboxId(approval.id))
      ? runFragmentAnswer(deps, { owner, id: approval.runId })
      : decidedAnswer(deps.config, owner, approval)
  },
})
