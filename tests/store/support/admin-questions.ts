import {
  approvalBound,
  askingRuns,
  newestApprovals,
  pendingApprovals,
  pendingOfRuns,
} from '../../../src/store/admin-approvals.ts'
import { inspectRun, ownerOfRun, runsById } from '../../../src/store/admin-runs.ts'
import {
  loadSession,
  namedSessions,
  recentSessions,
  sessionIds,
} from '../../../src/store/admin-sessions.ts'
import { auditOfRun, listAudit } from '../../../src/store/audit.ts'
import type { Executor } from '../../../src/store/database.ts'
import { countedRuns, queueNow, workersNow } from '../../../src/store/overview.ts'
import {
  boundOf,
  hasManyErrors,
  searchRuns,
  type Condition,
  type Source,
} from '../../../src/store/search-runs.ts'
import { attemptEvents, findStep, newestEvents, newestSteps } from '../../../src/store/timeline.ts'

const values = {
  ...{ from: '', before: 'g', owner: 'o', status: 'failed', session: 's', sessionId: 's' },
  ...{ agent: 'a', since: 1, until: 2 },
  ...{ error: 'E', errorLength: 1, errorHead: 'E', errorEnd: 'F' },
}
const rest: Condition[] = ['owner', 'status', 'session', 'agent', 'since', 'until', 'error']
const sources: Source[] = [
  ...(['all', 'ofOwner', 'ofOwnerInStatus', 'ofSession', 'waiting', 'unsuccessful'] as const),
  ...(['unsuccessfulOfAgent', 'running', 'withError'] as const),
]
const approvals = { after: '', upTo: null, limit: 10 }

type Questions = Record<string, (executor: Executor) => Promise<unknown>>

const searches: Questions = Object.fromEntries(
  sources.flatMap((source) => [
    [
      `search ${source}`,
      async (e: Executor) => searchRuns(e, { source, conditions: [], values }, 9),
    ],
    [
      `search ${source} for more`,
      async (e: Executor) => searchRuns(e, { source, conditions: rest, values }, 9),
    ],
    [
      `bound of ${source}`,
      async (e: Executor) => boundOf(e, { source, conditions: [], values }, 9),
    ],
  ]),
)

/** What people in charge ask: of a million runs as soon as of a thousand. */
export const adminQuestions: Questions = {
  ...searches,
  'many errors': async (e) => hasManyErrors(e, values, 10),
  'runs by id': async (e) => runsById(e, { ids: ['a', 'b'] }),
  'a run in all': async (e) => inspectRun(e, { id: 'r' }),
  'owner of a run': async (e) => ownerOfRun(e, { id: 'r' }),
  'newest steps': async (e) =>
    newestSteps(e, { runId: 'r', before: { startedAt: 1, path: '' }, limit: 10 }),
  'a step': async (e) => findStep(e, { runId: 'r', path: 'p' }),
  'newest events': async (e) => newestEvents(e, { runId: 'r', limit: 10 }),
  'events of attempts': async (e) => attemptEvents(e, { runId: 'r', limit: 10 }),
  audit: async (e) => listAudit(e, { targetId: null, before: 'g', limit: 10 }),
  'audit of one': async (e) => listAudit(e, { targetId: 't', before: 'g', limit: 10 }),
  'audit of a run': async (e) => auditOfRun(e, { runId: 'r', limit: 10 }),
  'sessions with a key': async (e) => sessionIds(e, { key: 'k', owner: null, limit: 10 }),
  'a session by its id': async (e) => loadSession(e, { id: 's' }),
  'sessions of everybody': async (e) => recentSessions(e, { updatedAt: 1, id: '', limit: 10 }),
  'sessions named': async (e) =>
    namedSessions(e, {
      text: 'a',
      end: 'b',
      owner: null,
      most: 10,
      updatedAt: 1,
      id: '',
      limit: 10,
    }),
  'runs that ask': async (e) => askingRuns(e, { limit: 10 }),
  'pending of runs': async (e) =>
    pendingOfRuns(e, { ...approvals, runs: ['a', 'b'], owner: null, status: null }),
  'pending of an owner': async (e) =>
    pendingOfRuns(e, { ...approvals, runs: ['a', 'b'], owner: 'o', status: null }),
  'pending approvals': async (e) =>
    pendingApprovals(e, { ...approvals, owner: null, status: null }),
  'newest approvals': async (e) => newestApprovals(e, { ...approvals, owner: null, status: null }),
  'newest approvals so decided': async (e) =>
    newestApprovals(e, { ...approvals, owner: null, status: 'approved' }),
  'bound of approvals': async (e) => approvalBound(e, { isPending: false, after: 'g', skip: 10 }),
  'bound of pending approvals': async (e) =>
    approvalBound(e, { isPending: true, after: '', skip: 10 }),
  'runs of a window': async (e) => countedRuns(e, { from: '0', before: 'g', limit: 10 }),
  queue: async (e) => queueNow(e, { most: 10 }),
  workers: async (e) => workersNow(e, { limit: 10 }),
}
