import type { RunView } from '../core/options.ts'
import { isFinished } from '../core/run.ts'
import { address } from './address.ts'
import { actionForm } from './action-form.ts'
import { markup, type Markup } from './markup.ts'
import { readableJson } from './readable.ts'
import { labelled } from './tool-calls.ts'

/** For each tool call that waits for a person: what would be called, and the forms that decide it. */
export function approvalForms(view: RunView): Markup | null {
  if (isFinished(view.run) || view.approvals.length === 0) return null
  return markup`<ul class="agent-run__approvals">${view.approvals.map((each) => approval(view, each))}</ul>
`
}

function approval({ run, basePath }: RunView, asked: RunView['approvals'][number]): Markup {
  const action = address(basePath, 'approvals', asked.id)
  return markup`<li class="agent-run__approval" data-approval-id="${asked.id}"><p>Allow <strong>${asked.toolName}</strong>?</p>
${labelled('Arguments', readableJson(asked.arguments))}
${actionForm({
  id: `approve-${asked.id}`,
  action,
  runId: run.id,
  label: 'Approve',
  fields: markup`<input type="hidden" name="decision" value="approve">`,
})}
${actionForm({
  id: `reject-${asked.id}`,
  action,
  runId: run.id,
  label: 'Reject',
  fields: rejectFields(asked.id),
})}</li>`
}

function rejectFields(id: string): Markup {
  return markup`<input type="hidden" name="decision" value="reject"><label for="reject-message-${id}">Reason for the agent (optional)</label><input class="agent-run__input" id="reject-message-${id}" name="message" maxlength="2000" autocomplete="off">`
}
