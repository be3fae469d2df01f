import type { Decision } from '../core/approval.ts'
import type { ApprovalView } from '../core/approval-view.ts'
import { actionForm } from './action-form.ts'
import { address } from './address.ts'
import { markup, type Markup } from './markup.ts'
import { readableJson } from './readable.ts'
import { changeable } from './shown-arguments.ts'

/** Where an approval is shown, what takes the answer to its forms, and where they wait. */
export interface Place {
  basePath: string
  /** Of the element that shows it. */
  id: string
  target: string
  isPart?: boolean
  line: string
  /** Whether it says whose it is. */
  isForOther?: boolean
}

/** A form for each decision: Enter in a field means the button beside it, never another. */
export function decisionForms(approval: ApprovalView, place: Place): Markup {
  const form = (decision: Decision, label: string, fields: Markup | null = null) => {
    const { basePath, id, target, isPart = false, line } = place
    return actionForm({
      target,
      isPart,
      line,
      id: `${decision}-${id}`,
      action: address(basePath, 'approvals', approval.id),
      label,
      fields: markup`<input type="hidden" name="decision" value="${decision}">${fields}`,
    })
  }
  const message = (label: string) => messageField(`message-${place.id}`, label)
  if (approval.kind === 'call') {
    return markup`${form('approve', 'Approve', markup`${argumentsField(approval, place)}${restOfRun}`)}
${form('reject', 'Reject', markup`${message('Reason for the agent (optional)')}${restOfRun}`)}`
  }
  return markup`<p>The server stopped in the middle of this call. Nobody knows whether it happened: look where it would show before you decide.</p>
${form('done', 'It happened', resultField(place))}
${form('rerun', 'Do it again')}
${form('fail', 'Fail the run', message('Why (optional)'))}`
}

// Without `autocomplete="off"` a browser that reloads the page may put into one what was typed into another.

function argumentsField({ arguments: asked }: ApprovalView, { id }: Place): Markup | null {
  const text = readableJson(asked)
  const rows = Math.min(text.split('\n').length + 1, 16)
  return changeable(
    text,
    (shown) =>
      markup`<details class="agent-run__edit"><summary>Change the arguments</summary><label class="agent-label" for="arguments-${id}">Arguments, as JSON</label><textarea class="agent-run__input agent-run__json" id="arguments-${id}" name="arguments" rows="${rows}" spellcheck="false" autocapitalize="off" autocomplete="off">${text}</textarea>${shown}</details>`,
  )
}

const restOfRun = markup`<label class="agent-run__check"><input type="checkbox" name="rest_of_run" value="true" autocomplete="off"> For the rest of this run</label>`

function messageField(id: string, label: string): Markup {
  return markup`<label for="${id}">${label}</label><input class="agent-run__input" id="${id}" name="message" maxlength="2000" autocomplete="off">`
}

function resultField({ id }: Place): Markup {
  return markup`<label for="result-${id}">What it answered, for the agent</label><textarea class="agent-run__input" id="result-${id}" name="result" rows="2" required autocomplete="off"></textarea>`
}
