import type { ConversationView } from '../core/options.ts'
import { contentText } from './content-text.ts'
import { itemMarkup, message } from './item.ts'
import type { Markdown } from './markdown.ts'
import { markup, type Markup } from './markup.ts'

/** The conversation fragment: the stored items, then what was said to runs that have not ended. */
export function conversationFragment(view: ConversationView, markdown: Markdown): string {
  const items = [
    ...view.items.map((item) => itemMarkup(item, markdown)),
    ...view.pendingInputs.flatMap((pending) => pendingMessages(pending, markdown)),
  ]
  if (items.length === 0) {
    return markup`<p class="agent-conversation__empty" data-session-key="${view.sessionKey}">No messages yet</p>`.toString()
  }
  return markup`<ol class="agent-conversation" data-session-key="${view.sessionKey}">
${items}</ol>`.toString()
}

function pendingMessages(
  { runId, input }: ConversationView['pendingInputs'][number],
  markdown: Markdown,
): Markup[] {
  const items = Array.isArray(input) ? input : [{ content: input }]
  return items.map((item) => {
    const content =
      item !== null && typeof item === 'object' && 'content' in item ? item.content : item
    return message('user', markdown.render(contentText(content)), runId)
  })
}
