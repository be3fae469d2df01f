import type { SearchedPage } from '../../core/admin.ts'
import type { Approval, ApprovalStatus } from '../../core/approval.ts'
import { markup, type Markup } from '../../html/markup.ts'
import type { Links } from '../links.ts'
import { beginning, clock, moment } from '../words.ts'
import { approvalWords } from './approval-words.ts'
import { chooseAll } from './choose-all.ts'
import { decisionForm } from './decision-form.ts'
import { paging } from './paging.ts'
import { runLink } from './run-link.ts'
import { table } from './table.ts'

/** As the form above the list names them. */
const statuses: Record<ApprovalStatus, string> = {
  pending: 'Waiting',
  approved: 'Approved',
  rejected: 'Rejected',
  done: 'Said to have happened',
  rerun: 'Called again',
  failed: 'Failed the run',
  undecided: 'Never decided',
}

export const approvalStatuses = Object.keys(statuses) as ApprovalStatus[]

interface ApprovalsPageView {
  page: SearchedPage<Approval>
  search: { status: ApprovalStatus; owner?: string | undefined; cursor?: string | undefined }
  links: Links
}

const formId = 'chosen-approvals'

export function approvalsPage({
  page: { data, nextCursor, searchedTo },
  search,
  links,
}: ApprovalsPageView): Markup {
  const isPending = search.status === 'pending'
  const list = isPending ? inbox(data, links) : decided(data, links)
  const none = isPending ? 'Nothing waits for a person.' : 'None.'
  const words = nextCursor === null ? none : 'None so far.'
  const pages = isPending ? { first: 'Longest waiting', next: 'More' } : undefined
  const looked =
    searchedTo === null || nextCursor === null
      ? null
      : markup`<p class="admin-note" role="status">Looked as far as ${clock(searchedTo)}. “${pages?.next ?? 'Older'}” looks on from there.</p>`
  return markup`${filter(search, links)}
${data.length === 0 ? markup`<p class="admin-none">${words}</p>` : list}
${looked}${paging(links.approvals, search, nextCursor, pages)}`
}

function filter({ status, owner }: ApprovalsPageView['search'], links: Links): Markup {
  return markup`<form class="admin-filter" method="get" action="${links.approvals()}" role="search" aria-label="Approvals">
<p class="admin-field"><label for="approval-status">Status</label><select id="approval-status" name="status">${Object.entries(statuses).map(([value, words]) => markup`<option value="${value}"${value === status ? markup` selected` : null}>${words}</option>`)}</select></p>
<p class="admin-field"><label for="approval-owner">Owner</label><input id="approval-owner" name="owner" value="${owner ?? ''}" autocomplete="off"></p>
<p class="admin-buttons"><button type="submit" class="admin-button admin-button--main">Show</button></p></form>`
}

function inbox(approvals: Approval[], links: Links): Markup {
  return markup`<form id="${formId}" class="admin-actions" method="post" action="${links.decisions()}" data-choices>
${chooseAll(formId)}
<button class="admin-button" name="decision" value="approve">Approve…</button>
<button class="admin-button" name="decision" value="reject">Reject…</button></form>
<h2 class="admin-unseen">Waiting</h2>
<ul class="admin-cards">${approvals.map(
    (each) => markup`<li>${box(each)}${decisionForm(each, links)}</li>
`,
  )}</ul>`
}

function box({ id, toolName, owner }: Approval): Markup {
  return markup`<label class="admin-check admin-choose"><input type="checkbox" name="chosen" value="${id}" form="${formId}"><span class="admin-unseen">Choose ${toolName} of ${owner}</span></label>`
}

function decided(approvals: Approval[], links: Links): Markup {
  return table(
    'Decided approvals',
    [
      { label: 'Asked', cell: ({ createdAt }: Approval) => moment(createdAt) },
      { label: 'Tool', cell: ({ toolName }: Approval) => markup`<strong>${toolName}</strong>` },
      { label: 'Owner', is: 'name', cell: ({ owner }: Approval) => owner },
      { label: 'Run', cell: ({ runId }: Approval) => runLink(runId, links) },
      { label: 'What became of it', cell: approvalWords },
      {
        label: 'Arguments',
        cell: ({ arguments: asked, editedArguments: edited }: Approval) =>
          markup`<code class="admin-wrap">${beginning(JSON.stringify(edited ?? asked), 200)}</code>${edited === null ? null : ' (changed)'}`,
      },
    ],
    approvals,
  )
}
