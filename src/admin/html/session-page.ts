import type { Run } from '../../core/run.ts'
import type { Session, SessionItem } from '../../core/session.ts'
import { markup, type Markup } from '../../html/markup.ts'
import type { Links } from '../links.ts'
import { countOf, moment } from '../words.ts'
import { factList } from './facts.ts'
import { runsTable } from './runs-table.ts'

interface SessionView {
  session: Session
  items: SessionItem[]
  runs: Run[]
  conversation: Markup
  links: Links
}

export function sessionPage({ session, items, runs, conversation, links }: SessionView): Markup {
  const { id, owner, key, createdAt, updatedAt, metadata } = session
  const about = Object.keys(metadata).length === 0 ? null : JSON.stringify(metadata)
  const facts = factList([
    ['Owner', markup`<a href="${links.sessions({ owner })}">${owner}</a>`],
    ['Created', moment(createdAt)],
    ['Last used', moment(updatedAt)],
    ['Metadata', about === null ? null : markup`<code class="admin-wrap">${about}</code>`],
    ['Id', markup`<code>${id}</code>`],
  ])
  return markup`${facts}<section aria-labelledby="runs"><h2 id="runs">Runs</h2>
${runs.length === 0 ? markup`<p class="admin-none">None.</p>` : runsTable(runs, links)}
<p><a href="${links.runs({ owner, session: key })}">All its runs</a></p></section>
<section class="admin-conversation" aria-labelledby="conversation"><h2 id="conversation">Conversation <span class="admin-soft">${countOf(items.length, 'newest item')}, as the owner sees them, long texts shortened</span></h2>
${conversation}</section>`
}
