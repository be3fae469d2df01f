import type { Run } from '../../core/run.ts'
import { markup, type Markup } from '../../html/markup.ts'
import type { Links } from '../links.ts'
import { moment, shortId } from '../words.ts'

/** To the page of a run, by its id. */
export function runLink(id: string, links: Links): Markup {
  return markup`<a href="${links.run(id)}"><code title="${id}">${shortId(id)}</code></a>`
}

/** By when it was created, with its id beside it: the first cell of a list of runs. */
export function createdLink({ id, createdAt }: Run, links: Links): Markup {
  return markup`<a href="${links.run(id)}" title="${id}">${moment(createdAt)}</a> <code class="admin-id">${shortId(id)}</code>`
}
