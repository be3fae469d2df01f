import type { ApprovalView } from '../core/approval-view.ts'
import type { ConversationView } from '../core/options.ts'
import type { JsonValue } from '../core/run.ts'
import { contentText } from './content-text.ts'
import type { Markdown } from './markdown.ts'
import { markup, type Markup } from './markup.ts'
import { readableJson } from './readable.ts'
import { labelled } from './tool-calls.ts'

type Item = ConversationView['items'][number]

/** One stored item of a conversation. A type we do not know is shown by its name, so nothing is hidden. */
export function itemMarkup(item: Item, markdown: Markdown): Markup {
  const type = textOf(item.type) || 'message'
  return (views.get(type) ?? unknownItem)(item, markdown)
}

// Maps, not objects: types and roles come from outside, and `constructor` must not find anything.
const views = new Map<string, (item: Item, markdown: Markdown) => Markup>([
  ['message', spoken],
  ['function_call', toolCall],
  ['hosted_tool_call', toolCall],
  ['function_call_result', toolOutput],
  ['reasoning', reasoning],
])

const roleWords = new Map([
  ['user', 'You'],
  ['assistant', 'Assistant'],
  ['system', 'System'],
])

function spoken(item: Item, markdown: Markdown): Markup {
  return message(textOf(item.role) || 'unknown', markdown.render(contentText(item.content)))
}

/** A message of the conversation; `runId` marks one whose run has not ended yet. */
export function message(role: string, text: Markup, runId?: string): Markup {
  const pending = runId === undefined ? null : markup` data-run-id="${runId}"`
  return entry(
    role,
    markup`${label(roleWords.get(role) ?? role)}<div class="agent-markdown">${text}</div>`,
    pending,
  )
}

function toolCall(item: Item): Markup {
  const output = item.output === undefined ? null : labelled('Output', contentText(item.output))
  return entry(
    'tool',
    markup`<details><summary>Tool call <strong>${textOf(item.name)}</strong> ${callId(item)}</summary>${labelled('Arguments', readableJson(textOf(item.arguments)))}${output}</details>`,
  )
}

function toolOutput(item: Item): Markup {
  return entry(
    'tool',
    markup`<details><summary>Tool output <strong>${textOf(item.name)}</strong> ${callId(item)}</summary><pre class="agent-code" tabindex="0">${readableJson(contentText(item.output))}</pre></details>`,
  )
}

function reasoning(item: Item, markdown: Markdown): Markup {
  const text = contentText(item.content) || contentText(item.rawContent)
  if (text === '') return entry('reasoning', label('Reasoning'))
  return entry(
    'reasoning',
    markup`<details><summary>Reasoning</summary><div class="agent-markdown">${markdown.render(text)}</div></details>`,
  )
}

/** A call that waits for a person; the run's fragment has the forms that decide it. */
export function waitingCall(approval: ApprovalView): Markup {
  const { kind, toolName, arguments: given } = approval
  const words = kind === 'call' ? 'Waiting for approval' : 'Cut off, waiting for a decision'
  return entry(
    'approval',
    markup`<details><summary>${words} <strong>${toolName}</strong></summary>${labelled('Arguments', readableJson(given))}</details>`,
  )
}

export function failureNote(error: string): Markup {
  return entry('error', markup`${label('Failed')}<div class="agent-text">${error}</div>`)
}

function unknownItem(item: Item): Markup {
  return entry('unknown', label(textOf(item.type)))
}

function entry(kind: string, body: Markup, attributes: Markup | null = null): Markup {
  return markup`<li class="agent-conversation__item agent-conversation__item--${kind}"${attributes}>${body}</li>
`
}

function label(text: string): Markup {
  return markup`<p class="agent-label">${text}</p>`
}

function callId(item: Item): Markup {
  return markup`<code class="agent-call-id">${textOf(item.callId)}</code>`
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : ''
}
