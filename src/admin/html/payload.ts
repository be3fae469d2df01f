import type { JsonValue } from '../../core/run.ts'
import { markup, type Markup } from '../../html/markup.ts'
import { readable, readableJson } from '../../html/readable.ts'

/** How much of a value a page shows before it is asked for the whole. */
const shownCharacters = 4_000

interface Bounds {
  /** Whether the value is the beginning only of what it stands for. */
  isCut: boolean
  /** Where all of it is; null on that page itself. */
  to: string | null
}

/** A value under its label; of a long one the beginning, and where all of it is. */
export function payload(label: string, value: JsonValue, { isCut, to }: Bounds): Markup {
  const text = typeof value === 'string' ? readableJson(value) : readable(value)
  const isLong = to !== null && text.length > shownCharacters
  const shown = isLong ? text.slice(0, shownCharacters).toWellFormed() : text
  const more = isCut || isLong ? '…' : ''
  const link = to === null || more === '' ? null : markup`<p><a href="${to}">Show all of it</a></p>`
  return markup`<p class="agent-label">${label}</p><pre class="agent-code" tabindex="0">${shown}${more}</pre>${link}`
}
