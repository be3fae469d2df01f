import { hash } from 'node:crypto'
import { markup, type Markup } from './markup.ts'

/** Goes along with `arguments`, and says what a form showed there. */
const shownField = 'arguments_shown'

/** So much of a form, encoded, has room beside the smallest input that an app may accept. */
const mostEncoded = 60_000

/**
 * A field to change arguments in. Sent back as it was it says nothing, whatever it is that the model asked for; null where
 * a form could not send it back.
 */
export function changeable(text: string, field: (shown: Markup) => Markup): Markup | null {
  if (!text.isWellFormed() || text.includes('\0')) return null
  if (new URLSearchParams([['arguments', text]]).toString().length > mostEncoded) return null
  return field(markup`<input type="hidden" name="${shownField}" value="${markOf(text)}">`)
}

/** What was sent, without arguments that are what the form showed. */
export function withoutUnchanged(entries: [name: string, text: string][]): [string, string][] {
  const shown = entries.find(([name]) => name === shownField)?.[1]
  if (shown === undefined) return entries
  return entries.filter(
    ([name, text]) => name !== shownField && (name !== 'arguments' || markOf(text) !== shown),
  )
}

/** Browsers send line ends as CRLF. */
function markOf(text: string): string {
  return hash('sha256', text.replaceAll(/\r\n?/g, '\n'), 'base64url').slice(0, 22)
}
