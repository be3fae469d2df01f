import type { ConversationView, Markdown } from 'agentic-node'
import { html } from 'hono/html'
import type { Html } from './layout.ts'

type Item = ConversationView['items'][number]
type Value = Item[string] | undefined

/**
 * The library's conversation fragment in the words of this page: a tool call and its output are one line. It is handed
 * to the library as a template, so that the page and each refresh show the same.
 */
export function conversation(
  { items, pendingInputs, sessionKey }: ConversationView,
  markdown: Markdown,
): Html {
  const outputs = new Map(items.filter(isOutput).map((item) => [item.callId, item]))
  const calls = new Set(items.filter(isCall).map((item) => item.callId))
  const shown = items.filter((item) => !(isOutput(item) && calls.has(item.callId)))
  const waiting = pendingInputs.flatMap(({ input }) => (Array.isArray(input) ? input : [input]))
  if (shown.length + waiting.length === 0) {
    return html`<p class="agent-conversation__empty">Nothing said yet</p>`
  }
  return html`<ol class="agent-conversation" data-session-key="${sessionKey}">
    ${shown.map((item) => entry(item, outputs, markdown))}
    ${waiting.map((input) => message('user', input, markdown))}
  </ol>`
}

function entry(item: Item, outputs: Map<Value, Item>, markdown: Markdown): Html {
  const { type, role } = item
  if (type === undefined || type === 'message') {
    return message(role === 'user' ? 'user' : 'assistant', item, markdown)
  }
  if (isCall(item)) return toolCall(item, outputs.get(item.callId))
  if (isOutput(item)) return toolCall({ ...item, arguments: '' }, item)
  return aside(String(type).replaceAll('_', ' '), textOf(item.content) || textOf(item.rawContent))
}

function message(role: 'user' | 'assistant', said: Value, markdown: Markdown): Html {
  return html`<li class="agent-conversation__item agent-conversation__item--${role}">
    <p class="agent-label">${role === 'user' ? 'You' : 'Travel desk'}</p>
    <div class="agent-markdown">${markdown.render(textOf(said))}</div>
  </li>`
}

function toolCall(call: Item, result: Item | undefined): Html {
  const output = result && textOf(result.output)
  return html`<li class="agent-conversation__item agent-conversation__item--tool">
    <details>
      <summary><strong>${textOf(call.name)}</strong> ${inShort(textOf(call.arguments))}</summary>
      <p class="agent-label">Arguments</p>
      <pre class="agent-code">${indented(textOf(call.arguments))}</pre>
      ${
        output !== undefined &&
        html`<p class="agent-label">Output</p>
          <pre class="agent-code">${indented(output)}</pre>`
      }
      <p class="agent-label">Call <code class="agent-call-id">${textOf(call.callId)}</code></p>
    </details>
  </li>`
}

/** Reasoning, and whatever else a model may send: folded, but not hidden. */
function aside(title: string, text: string): Html {
  return html`<li class="agent-conversation__item agent-conversation__item--reasoning">
    ${
      text
        ? html`<details>
            <summary>${title}</summary>
            <div class="agent-text">${text}</div>
          </details>`
        : title
    }
  </li>`
}

function isCall(item: Item): boolean {
  return item.type === 'function_call'
}

function isOutput(item: Item): boolean {
  return item.type === 'function_call_result'
}

/** Text, a part with text, an item with content, or a list of them. */
function textOf(value: Value): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(textOf).join('\n')
  if (value === null || typeof value !== 'object') return ''
  return textOf(value.text ?? value.content ?? value.refusal)
}

/** The values of a call's arguments, to be read at a glance. */
function inShort(json: string): string {
  const values = Object.values(parsed(json)).map(String).join(', ')
  return values.length > 60 ? `${values.slice(0, 60)}…` : values
}

function indented(text: string): string {
  const value = parsed(text)
  return Object.keys(value).length > 0 ? JSON.stringify(value, null, 2) : text
}

function parsed(json: string): object {
  try {
    const value: unknown = JSON.parse(json)
    return value !== null && typeof value === 'object' ? value : {}
  } catch {
    // Text that is no JSON is shown as it is.
    return {}
  }
}
