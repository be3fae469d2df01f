import type { ApprovalsView, ApprovalView } from 'agentic-node'

/** Approvals in every state, made up. */

const basePath = '/agents'

/** One that waits. */
export function approval(more: Partial<ApprovalView>): ApprovalView {
  return {
    id: 'approval',
    runId: '01890000-0000-7000-8000-000000000000',
    owner: 'ada',
    path: 'r/m1/t0',
    kind: 'call',
    toolName: 'book_flight',
    agentName: 'Travel desk',
    arguments: '{"flight_number":"TD412"}',
    editedArguments: null,
    status: 'pending',
    restOfRun: false,
    message: null,
    result: null,
    decidedBy: null,
    createdAt: 0,
    expiresAt: null,
    decidedAt: null,
    ...more,
  }
}

const decided = { decidedBy: 'ada', decidedAt: 60_000 }

const inbox = (view: Partial<ApprovalsView>): ApprovalsView => ({
  basePath,
  approvals: [],
  status: 'pending',
  isForOther: false,
  nextUrl: null,
  ...view,
})

export const approvalStates = [
  { title: 'An empty inbox', view: inbox({}) },
  {
    title: 'An inbox',
    view: inbox({
      approvals: [
        approval({ id: 'inbox-1', expiresAt: 86_400_000 }),
        approval({ id: 'inbox-2', kind: 'interrupted' }),
      ],
      nextUrl: `${basePath}/approvals/?cursor=inbox-2`,
    }),
  },
  {
    title: 'What was decided',
    view: inbox({
      status: null,
      approvals: [
        approval({
          ...decided,
          status: 'approved',
          editedArguments: { flight_number: 'TD980' },
          restOfRun: true,
        }),
        approval({ ...decided, status: 'rejected', message: 'Too expensive' }),
        approval({ status: 'rejected', decidedAt: 60_000 }),
        approval({ ...decided, kind: 'interrupted', status: 'done', result: 'Booked: TD412' }),
        approval({ ...decided, kind: 'interrupted', status: 'failed', message: 'Booked by phone' }),
      ],
    }),
  },
]
