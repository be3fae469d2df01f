import type { AuditEntry } from '../../core/admin.ts'
import type { Page } from '../../core/api.ts'
import { markup, type Markup } from '../../html/markup.ts'
import type { Links } from '../links.ts'
import { auditTable } from './audit-table.ts'
import { paging } from './paging.ts'

interface AuditSearch {
  target?: string | undefined
  cursor?: string | undefined
}

export function auditPage(page: Page<AuditEntry>, search: AuditSearch, links: Links): Markup {
  const { data, nextCursor } = page
  return markup`<form class="admin-filter" method="get" action="${links.audit()}" role="search" aria-label="Audit">
<p class="admin-field"><label for="audit-target">Id of a run, session or approval, or an owner</label><input id="audit-target" name="target" value="${search.target ?? ''}" autocomplete="off"></p>
<p class="admin-buttons"><button type="submit" class="admin-button admin-button--main">Show</button></p></form>
${data.length === 0 ? markup`<p class="admin-none">${none(search)}</p>` : auditTable(data, links)}
${paging(links.audit, { ...search }, nextCursor)}`
}

function none({ target = '', cursor }: AuditSearch): string {
  const isAll = target === '' && cursor === undefined
  return isAll ? 'Nobody in charge has acted yet.' : 'No such line.'
}
