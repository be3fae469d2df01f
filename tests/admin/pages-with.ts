import type {
  AdminRun,
  Approval,
  AuditEntry,
  JsonValue,
  Overview,
  RunTimeline,
  Session,
  TimelineEntry,
} from 'agentic-node'
import { approvalsPage } from '../../src/admin/html/approvals-page.ts'
import { auditPage } from '../../src/admin/html/audit-page.ts'
import { confirmDecisions, decisionsDone } from '../../src/admin/html/confirm-decisions.ts'
import { confirmRuns, runsDone } from '../../src/admin/html/confirm-runs.ts'
import { overviewPage } from '../../src/admin/html/overview-page.ts'
import { runPage } from '../../src/admin/html/run-page.ts'
import { runsPage } from '../../src/admin/html/runs-page.ts'
import { sessionPage } from '../../src/admin/html/session-page.ts'
import { sessionsPage } from '../../src/admin/html/sessions-page.ts'
import { linksOf } from '../../src/admin/links.ts'
import { markup } from '../../src/html/markup.ts'

const id = '01890000-0000-7000-8000-000000000001'
const otherId = '01890000-0000-7000-8000-000000000002'
const lastId = '01890000-0000-7000-8000-000000000003'
const now = 1_795_700_000_000
const usage = { requests: 1, inputTokens: 5, outputTokens: 6, totalTokens: 11 }
const links = linksOf('/agents')
const page = <T>(...data: T[]) => ({ data, nextCursor: null, searchedTo: null })

/** The body of each page by its name, with this text wherever one can come from outside; ids and states are ours. */
export function adminPagesWith(text: string): [name: string, body: string][] {
  const value = { [text]: [text] }
  const facts = {
    ...{ id, owner: text, sessionKey: text, agentKey: text, attempt: 1, input: text },
    ...{ config: {}, context: value, usage, lastSequence: 3, createdAt: now, startedAt: now },
    ...{ cancelRequestedAt: null, retryOf: null, cut: [] },
  }
  const failed: AdminRun = {
    ...facts,
    ...{ status: 'failed', error: text, errorCode: 'agent_error', finishedAt: now + 900 },
  }
  const done: AdminRun = {
    ...facts,
    ...{ input: value, status: 'completed', output: value, finishedAt: now + 900 },
  }
  const waiting: AdminRun = { ...facts, status: 'awaiting_approval' }
  const step: TimelineEntry = {
    ...{ path: text, kind: 'tool', state: 'done', attempt: 1, agentName: text, name: text },
    ...{ callId: text, arguments: value, effectiveArguments: text, result: value, cut: [] },
    ...{ inputTokens: 1, cachedTokens: 0, outputTokens: 1, reasoningTokens: 0, cost: null },
    ...{ startedAt: now, finishedAt: now + 5 },
  }
  const output: JsonValue[] = [{ content: text }, { type: 'function_call', name: text }, value]
  const model: TimelineEntry = { ...step, path: `${text}/m0`, kind: 'model', result: { output } }
  const asked: Approval = {
    ...{ id, runId: id, owner: text, path: text, kind: 'call', toolName: text, agentName: text },
    ...{ arguments: value, editedArguments: value, status: 'pending', restOfRun: false },
    ...{ message: text, result: value, decidedBy: text, createdAt: now, expiresAt: now },
    decidedAt: null,
  }
  const cutOff: Approval = { ...asked, id: otherId, kind: 'interrupted' }
  const decided: Approval = { ...asked, id: lastId, status: 'rejected', decidedAt: now }
  const audit: AuditEntry = {
    ...{ id, at: now, actor: text, action: 'cancel', target: 'owner', targetId: text },
    ...{ owner: text, details: value },
  }
  const timeline = (run: AdminRun): RunTimeline => ({
    ...{ run, sessionId: id, worker: text, leaseExpiresAt: 1, stepsBefore: text },
    attempts: [{ attempt: 1, startedAt: now, endedAt: null, how: 'running' }],
    steps: [step, model],
    approvals: [asked, cutOff, decided],
    moreApprovals: 0,
    events: [{ runId: id, sequence: 1, type: 'tool_called', payload: value, createdAt: now }],
    audit: [audit],
  })
  const runView = (run: AdminRun) =>
    runPage({ timeline: timeline(run), whole: null, before: text, links, now })
  const session: Session = {
    ...{ id, owner: text, key: text, metadata: value, createdAt: now, updatedAt: now },
  }
  const search = { text, owner: text, agent: text, session: text, from: text, to: text }
  const overview: Overview = {
    ...{ since: now - 10, until: now, runs: 1, searchedTo: null },
    slices: [
      {
        at: now - 10,
        counts: { ...{ pending: 1, running: 1, awaiting_approval: 1 }, ...outcomes },
      },
    ],
    waitMs: percentiles,
    durationMs: percentiles,
    agents: [{ name: text, runs: 1, usage }],
    owners: [{ name: text, runs: 1, usage }],
    queue: { pending: 1, running: 1, awaitingApproval: 1, oldestPendingAt: now },
    workers: [
      {
        ...{ id, host: text, pid: 1, concurrency: 1, running: 1 },
        ...{ startedAt: now, heartbeatAt: 0 },
      },
    ],
  }
  const outcome = (thing: AdminRun) => ({ thing, said: text, isDone: false })
  const pages = {
    runs: runsPage({ page: page(failed), search, agentKeys: [text], links, now }),
    failed: runView(failed),
    done: runView(done),
    waiting: runView(waiting),
    whole: runPage({ timeline: timeline(done), whole: step, before: undefined, links, now }),
    confirm: confirmRuns('cancel', [waiting, done], links, id),
    acted: runsDone([outcome(done)], links),
    sessions: sessionsPage(page(session), { owner: text, text }, links),
    session: sessionPage({
      ...{ session, items: [], runs: [failed] },
      ...{ conversation: markup`<p></p>`, links },
    }),
    approvals: approvalsPage({
      page: page(asked, cutOff),
      search: { status: 'pending', owner: text },
      links,
    }),
    decided: approvalsPage({ page: page(decided), search: { status: 'rejected' }, links }),
    confirmDecisions: confirmDecisions('approve', [asked, decided], links),
    decisionsDone: decisionsDone([{ thing: asked, said: text, isDone: true }], links),
    audit: auditPage(page(audit), { target: text }, links),
    overview: overviewPage({ overview, window: '24h', links, now, staleAfterMs: 1 }),
  }
  return Object.entries(pages).map(([name, body]) => [name, body.toString()])
}

const outcomes = { completed: 1, failed: 1, cancelled: 1 }
const percentiles = { p50: 1, p90: 20, p99: 300 }
