import type { SearchedPage } from '../../core/admin.ts'
import type { Run } from '../../core/run.ts'
import { markup, type Markup } from '../../html/markup.ts'
import type { Links } from '../links.ts'
import type { RunSearch } from '../run-search.ts'
import { clock } from '../words.ts'
import { paging } from './paging.ts'
import { runForm } from './run-form.ts'
import { choosing, chosenRunsForm, runsTable } from './runs-table.ts'

interface RunsView {
  page: SearchedPage<Run>
  search: RunSearch
  agentKeys: string[]
  links: Links
  now: number
}

export function runsPage({ page, search, agentKeys, links, now }: RunsView): Markup {
  return markup`${runForm({ search, agentKeys, links, now })}
${page.data.length === 0 ? none(page) : listed(page.data, links)}
${lookedBack(page)}${paging(links.runs, search, page.nextCursor)}`
}

function none({ nextCursor }: SearchedPage<Run>): Markup {
  const words = nextCursor === null ? 'No run is like that.' : 'No run so far is like that.'
  return markup`<p class="admin-none">${words}</p>`
}

function listed(runs: Run[], links: Links): Markup {
  return markup`${chosenRunsForm(links)}
${runsTable(runs, links, choosing)}`
}

/** A search looks at a bounded number of runs at a time, so that it answers soon however many there are. */
function lookedBack({ searchedTo, nextCursor }: SearchedPage<Run>): Markup | null {
  if (searchedTo === null || nextCursor === null) return null
  return markup`<p class="admin-note" role="status">Looked back as far as ${clock(searchedTo)}. “Older” looks on from there.</p>`
}
