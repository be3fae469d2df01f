import { markup, type Markup } from '../../html/markup.ts'
import type { Asked } from '../links.ts'

/** To the pages after this one, and back to the first. */
export function paging(
  to: (asked: Asked) => string,
  { cursor: here, ...asked }: Asked,
  next: string | null,
  words = { first: 'Newest', next: 'Older' },
): Markup | null {
  if (here === undefined && next === null) return null
  const first =
    here === undefined ? null : markup`<li><a href="${to(asked)}">${words.first}</a></li>`
  const older =
    next === null
      ? null
      : markup`<li><a rel="next" href="${to({ ...asked, cursor: next })}">${words.next}</a></li>`
  return markup`<nav aria-label="Pages"><ul class="admin-paging">${first}${older}</ul></nav>`
}
