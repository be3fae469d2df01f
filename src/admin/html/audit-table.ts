import type { AuditEntry } from '../../core/admin.ts'
import { markup, type Markup } from '../../html/markup.ts'
import type { Links } from '../links.ts'
import { beginning, moment, shortId } from '../words.ts'
import { table } from './table.ts'

/** Who did what. */
export function auditTable(entries: readonly AuditEntry[], links: Links): Markup {
  return table(
    'Audit',
    [
      { label: 'When', cell: ({ at }) => moment(at) },
      { label: 'Who', is: 'name', cell: ({ actor }) => markup`<strong>${actor}</strong>` },
      { label: 'Did', cell: ({ action }) => action },
      { label: 'To', cell: (entry) => target(entry, links) },
      { label: 'Of', is: 'name', cell: ({ owner }) => owner ?? '–' },
      { label: 'Details', cell: details },
    ],
    entries,
  )
}

function target({ target: kind, targetId }: AuditEntry, links: Links): Markup {
  const id = markup`<code class="admin-id" title="${targetId}">${shortId(targetId)}</code>`
  if (kind === 'run') return markup`${kind} <a href="${links.run(targetId)}">${id}</a>`
  return markup`${kind} ${id}`
}

function details({ details: given }: AuditEntry): Markup | null {
  if (Object.keys(given).length === 0) return null
  return markup`<code class="admin-wrap">${beginning(JSON.stringify(given), 300)}</code>`
}
