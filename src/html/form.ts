import { randomUUID } from 'node:crypto'
import type { FormView } from '../core/options.ts'
import { address } from './address.ts'
import { markup, type Markup } from './markup.ts'
import { noErrors } from './no-errors.ts'

/**
 * The form that submits a run. With htmx the run's fragment is appended to `target`, and the form is made fresh; without
 * it the page is loaded again.
 */
export function formFragment({ sessionKey, basePath, idempotencyKey, target }: FormView): string {
  const action = address(basePath, 'runs')
  const id = formId(sessionKey)
  return markup`<form id="${id}" class="agent-form" method="post" action="${action}" hx-post="${action}" hx-target="${target}" hx-swap="beforeend" hx-sync="this:drop"${nothingTyped}${noErrors}>
<input type="hidden" name="session_key" value="${sessionKey}">${keyInput(id, idempotencyKey)}
<label class="agent-label" for="${id}-input">Your message</label>
${inputField(id)}
<button type="submit" class="agent-run__button">Send</button>
</form>`.toString()
}

export function formId(sessionKey: string): string {
  return `agent-form-${sessionKey}`
}

export const newFormKey = (): string => randomUUID()

/** What makes a form that was sent fresh again: an empty message, and a key of its own for the next run. */
export function freshFields(view: Pick<FormView, 'sessionKey' | 'idempotencyKey'>): string {
  const id = formId(view.sessionKey)
  return markup`${keyInput(id, view.idempotencyKey, replaces)}${inputField(id, replaces)}`.toString()
}

/**
 * While it is being sent: the fresh fields of the answer would wipe it. Of version 2, then of 4, whose plain `hx-disable`
 * switches version 2 off.
 */
const nothingTyped = markup` hx-disabled-elt="find textarea" hx-disable:inherited="find textarea"`

const replaces = markup` hx-swap-oob="true"`

function keyInput(id: string, key: string, outOfBand: Markup | null = null): Markup {
  return markup`<input type="hidden" id="${id}-key" name="idempotency_key" value="${key}"${outOfBand}>`
}

function inputField(id: string, outOfBand: Markup | null = null): Markup {
  return markup`<textarea class="agent-run__input" id="${id}-input" name="input" rows="2" required autocomplete="off"${outOfBand}></textarea>`
}
