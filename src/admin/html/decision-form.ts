import type { Approval, Decision } from '../../core/approval.ts'
import { markup, type Markup } from '../../html/markup.ts'
import { changeable } from '../../html/shown-arguments.ts'
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

/** What would be called, and a form for each decision: Enter in a field means the button beside it, never another. */
export function decisionForm(approval: Approval, links: Links): Markup {
  const { id, kind, toolName, agentName, owner, runId, createdAt } = approval
  const asks =
    kind === 'call'
      ? markup`May <strong>${toolName}</strong> be called?`
      : markup`Did <strong>${toolName}</strong> happen?`
  const cutOff =
    kind === 'call'
      ? null
      : markup`<p>Its worker was lost in the middle of this call. Look where it would show before you decide.</p>
`
  return markup`<article class="admin-card" id="approval-${id}" aria-labelledby="approval-${id}-asks"><h3 id="approval-${id}-asks">${asks}</h3>
<p class="admin-soft">${agentName}, for ${owner}, in run <a href="${links.run(runId)}">${shortId(runId)}</a>. Asked ${moment(createdAt)}${expiry(approval)}</p>
${cutOff}${payload('Arguments', approval.arguments, whole)}${madeWith(approval)}
<div class="admin-decisions">${forms(approval).map(([decision, more]) => form(id, decision, more, links))}</div></article>
`
}

const whole = { isCut: false, to: null }

/** Of a call that was cut off, what whoever approved it had changed them to. */
function madeWith({ editedArguments: edited }: Approval): Markup | null {
  return edited === null ? null : payload('Arguments it was called with', edited, whole)
}

function expiry({ kind, expiresAt }: Approval): Markup {
  if (expiresAt === null) return markup`.`
  const becomes = kind === 'call' ? 'it is rejected' : 'the run fails'
  return markup`; if nobody decides, ${becomes} ${moment(expiresAt)}.`
}

function form(id: string, decision: Decision, more: Markup | null, links: Links): Markup {
  const main = decision === 'approve' ? ' admin-button--main' : ''
  return markup`<form class="admin-decision" method="post" action="${links.decisions()}"><input type="hidden" name="chosen" value="${id}"><input type="hidden" name="confirmed" value="yes"><input type="hidden" name="decision" value="${decision}">${more}<p class="admin-buttons"><button class="admin-button${main}">${decisionWords[decision]}</button></p></form>
`
}

/** Each decision with what can be said with it. */
function forms(approval: Approval): [Decision, Markup | null][] {
  const { id } = approval
  if (approval.kind === 'call') {
    return [
      ['approve', markup`${argumentsField(approval)}${restOfRun}`],
      ['reject', markup`${message(id, 'Message to the agent (optional)')}${restOfRun}`],
    ]
  }
  return [
    ['done', resultField(id)],
    ['rerun', null],
    ['fail', message(id, 'Why (optional)')],
  ]
}

/** What is no JSON is shown as a text of it, since the field is read as JSON. */
function argumentsField({ id, arguments: given }: Approval): Markup | null {
  const text = JSON.stringify(given, null, 2)
  return changeable(
    text,
    (shown) =>
      markup`<details><summary>Change the arguments</summary><p class="admin-field"><label for="arguments-${id}">Arguments, as JSON</label><textarea id="arguments-${id}" name="arguments" rows="6" spellcheck="false" autocomplete="off">${text}</textarea>${shown}</p></details>`,
  )
}

const restOfRun = markup`<p><label class="admin-check"><input type="checkbox" name="rest_of_run" value="true" autocomplete="off"> For the rest of this run</label></p>`

function message(id: string, label: string): Markup {
  return markup`<p class="admin-field"><label for="message-${id}">${label}</label><input id="message-${id}" name="message" maxlength="2000" autocomplete="off"></p>`
}

function resultField(id: string): Markup {
  return markup`<p class="admin-field"><label for="result-${id}">What it answered, for the agent</label><textarea id="result-${id}" name="result" rows="2" required autocomplete="off"></textarea></p>`
}
