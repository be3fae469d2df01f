import { expect, test } from 'vitest'
import type { ApprovalView } from '../../src/core/approval-view.ts'
import { approvalsFragment } from '../../src/html/approvals.ts'
import { approvalOf, inboxOf } from './run-views.ts'

const listed = (...approvals: ApprovalView[]) => approvalsFragment(inboxOf(approvals))

const decidedAt = Date.UTC(2027, 0, 2, 3, 4)

test.each<[Partial<ApprovalView>, string]>([
  [{ status: 'approved', decidedBy: 'bob' }, 'Approved by bob, <time'],
  [
    { status: 'rejected', decidedBy: 'bob', restOfRun: true },
    'Rejected by bob, for the rest of the run, <time',
  ],
  [{ status: 'rejected' }, 'Rejected, as nobody decided in time, <time'],
  [{ status: 'done', decidedBy: 'bob' }, 'It happened, as said by bob, <time'],
  [{ status: 'rerun', decidedBy: 'bob' }, 'To be made again, as decided by bob, <time'],
  [{ status: 'failed' }, 'Run failed, as nobody decided in time, <time'],
])('what was decided is said in words: %j', (approval, words) => {
  const html = listed(approvalOf({ ...approval, decidedAt }))
  expect(html).toContain(words)
  expect(html).not.toContain('<form')
  expect(html).not.toContain('hx-preserve')
})

test('what somebody wrote with a decision is shown', () => {
  const html = listed(
    approvalOf({ status: 'rejected', message: 'Too <much>', decidedBy: 'bob', decidedAt }),
    approvalOf({ status: 'done', result: { paid: 5 }, decidedBy: 'bob', decidedAt }),
    approvalOf({ status: 'approved', editedArguments: { amount: 3 }, decidedBy: 'bob', decidedAt }),
  )
  expect(html).toContain('Too &lt;much&gt;')
  expect(html).toContain('&quot;paid&quot;: 5')
  expect(html).toContain('&quot;amount&quot;: 3')
})

test('an inbox says when nothing is in it, and leads on to what does not fit', () => {
  expect(listed()).toContain('Nothing waits for a decision')
  const nextUrl = '/agents/approvals/?status=pending&cursor=a1'
  const more = approvalsFragment({ ...inboxOf([approvalOf()]), nextUrl })
  expect(more).toContain('href="/agents/approvals/?status=pending&amp;cursor=a1"')
})

test('what is decided in an inbox changes there, and nowhere else', () => {
  const html = listed(approvalOf({ id: 'a1' }))
  expect(html).toContain('id="inbox-approval-a1"')
  expect(html).toContain(
    'hx-target="#inbox-approval-a1" hx-swap="outerHTML" hx-select="#inbox-approval-a1"',
  )
  expect(html).not.toContain('run-container')
})

test('somebody else than the owner is told whose it is', () => {
  const inbox = inboxOf([approvalOf({ owner: 'ada' })])
  expect(approvalsFragment(inbox)).toContain('Asked by Desk, <time')
  expect(approvalsFragment({ ...inbox, isForOther: true })).toContain(
    'Asked by Desk for ada, <time',
  )
})
