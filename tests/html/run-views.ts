import type { ApprovalsView, ApprovalView } from '../../src/core/approval-view.ts'
import type { RunView } from '../../src/core/options.ts'
import { isFinished, type Run } from '../../src/core/run.ts'

export const runId = '01890000-0000-7000-8000-000000000001'

const facts = {
  id: runId,
  owner: 'ada',
  sessionKey: 'chat-1',
  agentKey: 'desk',
  attempt: 1,
  input: 'Hello',
  config: {},
  context: null,
  usage: { requests: 0, inputTokens: 0, outputTokens: 0, totalTokens: 0 },
  lastSequence: 3,
  createdAt: 0,
  startedAt: 1,
  cancelRequestedAt: null,
  retryOf: null,
}

export const pending = { ...facts, status: 'pending', blockedBy: null } satisfies Run
export const running = { ...facts, status: 'running' } satisfies Run
export const waiting = { ...facts, status: 'awaiting_approval' } satisfies Run
export const completed = {
  ...facts,
  status: 'completed',
  output: 'Done',
  finishedAt: 2,
} satisfies Run
export const failed = {
  ...facts,
  status: 'failed',
  error: 'ModelError: no answer',
  errorCode: 'model_error',
  finishedAt: 2,
} satisfies Run
export const cancelled = { ...facts, status: 'cancelled', finishedAt: 2 } satisfies Run

/** One that waits. */
export function approvalOf(more: Partial<ApprovalView> = {}): ApprovalView {
  return {
    id: runId,
    runId,
    owner: 'ada',
    path: 'r/m0/t0',
    kind: 'call',
    toolName: 'refund',
    agentName: 'Desk',
    arguments: '{"amount":5}',
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

export function inboxOf(approvals: ApprovalView[]): ApprovalsView {
  return { basePath: '/agents', approvals, status: 'pending', isForOther: false, nextUrl: null }
}

export function viewOf(run: Run, more: Partial<RunView> = {}): RunView {
  return {
    run,
    basePath: '/agents',
    partialText: '',
    tools: [],
    approvals: [],
    version: '3.1',
    liveUrl: isFinished(run) ? null : `/agents/runs/${run.id}/live/?seen=3.1`,
    ...more,
  }
}
