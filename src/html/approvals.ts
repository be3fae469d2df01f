import type { ApprovalsView } from '../core/approval-view.ts'
import { approvalItem, inboxId } from './approval.ts'
import { markup, type Markup } from './markup.ts'

/** Approvals outside of the fragment of their run. What is decided here changes here. */
export function approvalsFragment(view: ApprovalsView): string {
  const { basePath, approvals, isForOther, nextUrl } = view
  const items = approvals.map((each) => {
    const id = inboxId(each.id)
    return approvalItem(each, {
      basePath,
      id,
      target: `#${id}`,
      isPart: true,
      line: id,
      isForOther,
    })
  })
  const list =
    items.length === 0 ? empty(view) : markup`<ul class="agent-run__approvals">${items}</ul>`
  const more = nextUrl === null ? null : markup`<p><a href="${nextUrl}">More</a></p>`
  return markup`<div class="agent-approvals">${list}${more}</div>`.toString()
}

function empty({ status }: ApprovalsView): Markup {
  const words = status === 'pending' ? 'Nothing waits for a decision' : 'None'
  return markup`<p class="agent-run__hint">${words}</p>`
}
