import { markup, type Markup } from '../../html/markup.ts'

/** Says how much of what was chosen on a page has been deleted since. */
export function goneNote(chosen: readonly string[], found: readonly unknown[]): Markup | null {
  const gone = new Set(chosen).size - found.length
  if (gone === 0) return null
  return markup`<p>${gone} of those you chose ${gone === 1 ? 'is' : 'are'} not there any more.</p>
`
}
