import type { Page } from '../../core/api.ts'
import type { Session } from '../../core/session.ts'
import { markup, type Markup } from '../../html/markup.ts'
import type { Links } from '../links.ts'
import { moment } from '../words.ts'
import { paging } from './paging.ts'
import { table } from './table.ts'

interface SessionSearch {
  owner?: string | undefined
  text?: string | undefined
  cursor?: string | undefined
}

export function sessionsPage(page: Page<Session>, search: SessionSearch, links: Links): Markup {
  const { data, nextCursor } = page
  return markup`<form class="admin-filter" method="get" action="${links.sessions()}" role="search" aria-label="Sessions">
<p class="admin-field"><label for="session-text">Search</label><input type="search" id="session-text" name="text" value="${search.text ?? ''}" autocomplete="off" aria-describedby="session-text-hint"><small id="session-text-hint">id or session key</small></p>
<p class="admin-field"><label for="session-owner">Owner</label><input id="session-owner" name="owner" value="${search.owner ?? ''}" autocomplete="off"></p>
<p class="admin-buttons"><button type="submit" class="admin-button admin-button--main">Search</button></p></form>
${data.length === 0 ? markup`<p class="admin-none">No session is like that.</p>` : listed(data, links)}
${paging(links.sessions, { ...search }, nextCursor, { first: 'Most recent', next: 'Earlier' })}`
}

function listed(sessions: Session[], links: Links): Markup {
  return table(
    'Sessions',
    [
      {
        label: 'Session',
        cell: ({ id, key }: Session) => markup`<a href="${links.session(id)}">${key}</a>`,
      },
      { label: 'Owner', is: 'name', cell: ({ owner }: Session) => owner },
      { label: 'Last used', cell: ({ updatedAt }: Session) => moment(updatedAt) },
      { label: 'Created', cell: ({ createdAt }: Session) => moment(createdAt) },
    ],
    sessions,
  )
}
