import { runStatuses } from '../../core/run.ts'
import { markup, type Markup } from '../../html/markup.ts'
import { statusWords } from '../../html/status-words.ts'
import { toField } from '../fields.ts'
import type { Links } from '../links.ts'
import type { RunSearch } from '../run-search.ts'

interface FormView {
  search: RunSearch
  agentKeys: string[]
  links: Links
  now: number
}

/** What narrows the list of runs. */
export function runForm({ search, agentKeys, links, now }: FormView): Markup {
  return markup`<form class="admin-filter" method="get" action="${links.runs()}" role="search" aria-label="Runs">
${field('text', 'Search', search.text, { hint: 'id, session, owner, or how an error begins', type: 'search' })}
<p class="admin-field"><label for="run-status">Status</label><select id="run-status" name="status"><option value="">Any</option>${runStatuses.map(
    (status) =>
      markup`<option value="${status}"${status === search.status ? markup` selected` : null}>${statusWords[status]}</option>`,
  )}</select></p>
${field('owner', 'Owner', search.owner)}
${field('agent', 'Agent', search.agent, { list: 'run-agents' })}<datalist id="run-agents">${agentKeys.map((key) => markup`<option value="${key}"></option>`)}</datalist>
${field('session', 'Session', search.session)}
${field('from', 'Created from', search.from, { type: 'datetime-local' })}
${field('to', 'Created before', search.to, { type: 'datetime-local' })}
<p class="admin-buttons"><button type="submit" class="admin-button admin-button--main">Search</button> <a href="${links.runs()}">Clear</a></p>
</form>
<nav aria-label="Times"><ul class="admin-times">${times(now).map(([name, from, to]) => timeItem(name, from, to, search, links))}</ul></nav>`
}

interface FieldOptions {
  type?: string
  hint?: string
  list?: string
}

function field(
  name: string,
  label: string,
  value: string | undefined,
  { type = 'text', hint, list }: FieldOptions = {},
): Markup {
  const id = `run-${name}`
  const about = hint === undefined ? null : markup` aria-describedby="${id}-hint"`
  const listed = list === undefined ? null : markup` list="${list}"`
  return markup`<p class="admin-field admin-field--${name}"><label for="${id}">${label}</label><input id="${id}" name="${name}" type="${type}" value="${value ?? ''}" autocomplete="off"${about}${listed}>${
    hint === undefined ? null : markup`<small id="${id}-hint">${hint}</small>`
  }</p>`
}

const hour = 3_600_000
const day = 24 * hour

/** Name, from, until. A day is one of UTC, as all times here. */
function times(now: number): [string, number, number | null][] {
  const today = Math.floor(now / day) * day
  return [
    ['Last hour', now - hour, null],
    ['Today', today, null],
    ['Yesterday', today - day, today],
    ['Last 7 days', now - 7 * day, null],
  ]
}

/** Keeps what else was asked. */
function timeItem(
  name: string,
  from: number,
  to: number | null,
  given: RunSearch,
  links: Links,
): Markup {
  const { cursor: _, ...search } = given
  const asked = { from: toField(from), to: to === null ? undefined : toField(to) }
  const isHere = search.from === asked.from && search.to === asked.to
  const here = isHere ? markup` aria-current="true"` : null
  return markup`<li><a href="${links.runs({ ...search, ...asked })}"${here}>${name}</a></li>`
}
