import type { Approval, ApprovalStatus } from '../core/approval.ts'
import { toApprovalView, type ApprovalsView } from '../core/approval-view.ts'
import type { ApprovalsApi, Page } from '../core/api.ts'
import { address } from '../html/address.ts'

export interface InboxQuery {
  owner: string
  status?: ApprovalStatus | undefined
  /** Of the last one already seen. */
  after?: string | undefined
  limit?: number | undefined
}

const usualLimit = 50

/** A page of an owner's approvals, by default of those that wait. */
export async function approvalPageOf(
  approvals: ApprovalsApi,
  { owner, status = 'pending', after, limit = usualLimit }: InboxQuery,
): Promise<Page<Approval>> {
  const found = await approvals.list({ owner, status, after, limit: limit + 1 })
  const data = found.slice(0, limit)
  return { data, nextCursor: found.length > limit ? (data.at(-1)?.id ?? null) : null }
}

export function inboxView(
  basePath: string,
  { status = 'pending', limit }: InboxQuery,
  page: Page<Approval>,
): ApprovalsView {
  return {
    basePath,
    approvals: page.data.map(toApprovalView),
    status,
    isForOther: false,
    nextUrl: page.nextCursor && nextUrl(basePath, { status, limit, cursor: page.nextCursor }),
  }
}

function nextUrl(
  basePath: string,
  { status, cursor, limit }: { status: string; cursor: string; limit: number | undefined },
): string {
  const query = new URLSearchParams({ status, cursor })
  if (limit !== undefined) query.set('limit', String(limit))
  return `${address(basePath, 'approvals')}?${query}`
}
