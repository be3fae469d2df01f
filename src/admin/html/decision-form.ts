import { decisions, type Approval, type Decision } from '../../core/approval.ts'
import { markup, type Markup } from '../../html/markup.ts'
import { readable } from '../../html/readable.ts'
import type { Links } from '../links.ts'
import { moment, shortId } from '../words.ts'
import { payload } from './payload.ts'

/** What a button says. */
export const decisionWords: Record<Decision, string> = {
  approve: 'Approve',
  reject: 'Reject',
  done: 'It happened',
  rerun: 'Call it again',
  fail: 'Fail the run',
}

/** What would be called, and the forms that decide it. */
export function decisionForm(approval: Approval, links: Links): Markup {
  const { id, kind, toolName, agentName, owner, runId, createdAt, expiresAt } = approval
  const asks =
    kind === 'call'
      ? markup`May <strong>${toolName}</strong> be called?`
      : markup`Did <strong>${toolName}</strong> happen? Its worker was lost while it was called.`
  return markup`<article class="admin-card" id="approval-${id}" aria-labelledby="approval-${id}-asks"><h3 id="approval-${id}-asks">${asks}</h3>
<p class="admin-soft">${agentName}, for ${owner}, in run <a href="${links.run(runId)}">${shortId(runId)}</a>. Asked ${moment(createdAt)}${expiresAt === null ? null : markup`; if nobody decides, it is ${kind === 'call' ? 'rejected' : 'failed'} ${moment(expiresAt)}`}.</p>
${payload('Arguments', approval.arguments, { isCut: false, to: null })}
<form class="admin-decision" method="post" action="${links.decisions()}"><input type="hidden" name="id" value="${id}"><input type="hidden" name="confirmed" value="yes">
${kind === 'call' ? callFields(approval) : interruptedFields(approval)}
<p class="admin-buttons">${Object.keys(decisions[kind]).map((decision) => button(decision as Decision))}</p></form></article>
`
}

function button(decision: Decision): Markup {
  const main = decision === 'approve' ? ' admin-button--main' : ''
  return markup`<button class="admin-button${main}" name="decision" value="${decision}">${decisionWords[decision]}</button> `
}

function callFields({ id, arguments: given }: Approval): Markup {
  return markup`<details><summary>With a message, other arguments, or for the rest of the run</summary>
<p class="admin-field"><label for="message-${id}">Message to the agent, when rejected</label><input id="message-${id}" name="message" maxlength="2000" autocomplete="off"></p>
<p class="admin-field"><label for="arguments-${id}">Arguments, when approved, as JSON</label><textarea id="arguments-${id}" name="arguments_json" rows="6" spellcheck="false">${readable(given)}</textarea></p>
<p class="admin-check"><input type="checkbox" id="rest-${id}" name="rest_of_run" value="yes"><label for="rest-${id}">Decide later calls of this tool in the run alike</label></p></details>`
}

function interruptedFields({ id }: Approval): Markup {
  return markup`<details><summary>With its result, or why the run is to fail</summary>
<p class="admin-field"><label for="result-${id}">Its result, when it happened: text or JSON</label><textarea id="result-${id}" name="result" rows="3"></textarea></p>
<p class="admin-field"><label for="message-${id}">Why, when the run is to fail</label><input id="message-${id}" name="message" maxlength="2000" autocomplete="off"></p></details>`
}
