import type { ConversationView } from '../core/options.ts'
import type { JsonValue } from '../core/run.ts'
import { contentText } from './content-text.ts'
import { failureNote, itemMarkup, message, waitingCall } from './item.ts'
import type { Markdown } from './markdown.ts'
import { markup, type Markup } from './markup.ts'

/** The conversation fragment: the stored items, then what was said to runs that have not ended, and what went wrong. */
export function conversationFragment(view: ConversationView, markdown: Markdown): string {
  const items = [
    ...view.items.map((item) => itemMarkup(item, markdown)),
    ...view.pendingInputs.flatMap((pending) => saidTo(pending, markdown)),
    ...view.approvals.map(waitingCall),
    ...(view.failure === null ? [] : failed(view.failure, markdown)),
  ]
  if (items.length === 0) {
    return markup`<p class="agent-conversation__empty" data-session-key="${view.sessionKey}">No messages yet</p>`.toString()
  }
  return markup`<ol class="agent-conversation" data-session-key="${view.sessionKey}">
${items}</ol>`.toString()
}

/** What was said to a run of which nothing is stored. */
function saidTo(
  { runId, input }: { runId: string; input: JsonValue },
  markdown: Markdown,
): Markup[] {
  const items = Array.isArray(input) ? input : [{ content: input }]
  return items.map((item) => {
    const content =
      item !== null && typeof item === 'object' && 'content' in item ? item.content : item
    return message('user', markdown.render(contentText(content)), runId)
  })
}

function failed(failure: NonNullable<ConversationView['failure']>, markdown: Markdown): Markup[] {
  return [...saidTo(failure, markdown), failureNote(failure.error)]
}
