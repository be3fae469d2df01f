import { onTestFinished } from 'vitest'
import { adminQuestions } from './admin-questions.ts'
import { listApprovals } from '../../../src/store/approvals.ts'
import { claimRun, nextCandidates, nextOfOwner } from '../../../src/store/claim-run.ts'
import type { Executor } from '../../../src/store/database.ts'
import { dueApprovals } from '../../../src/store/decisions.ts'
import { hasPrunable, readEvents } from '../../../src/store/events.ts'
import { advance } from '../../../src/store/fence.ts'
import { findRun, findRunByIdempotencyKey, listRuns } from '../../../src/store/find-runs.ts'
import { countPending, insertRunning } from '../../../src/store/insert-run.ts'
import { readItems } from '../../../src/store/items.ts'
import { expiredRuns, renewLease, wantedCancels } from '../../../src/store/leases.ts'
import { endRun } from '../../../src/store/move-run.ts'
import { openDatabase } from '../../../src/store/open.ts'
import { listSessions, openSession } from '../../../src/store/sessions.ts'
import { freeAgentSlot, freeOwnerSlot, freeTotalSlot } from '../../../src/store/slots.ts'
import { advanceSession, forgottenLanes, giveTurn, lanesOf } from '../../../src/store/turns.ts'
import { usageSums, type UsageOf } from '../../../src/store/usage.ts'

const run = { id: 'r', runId: 'r', attempt: 1, owner: 'o', agentKey: 'a', sessionId: 's' }
const slots = { ownerSlot: 0, agentSlot: 0, totalSlot: 0 }
const tokens = { inputTokens: 0, outputTokens: 0, totalTokens: 0 }
const priced = { cachedTokens: 0, reasoningTokens: 0, cost: 0, pricedRequests: 0 }
const usage = { requests: 0, ...tokens, ...priced }
const none = { output: null, error: null, errorCode: null, deltasKept: 1 }
const events = [{ type: 'run.drift' as const, payload: {} }]
const submitted = {
  sessionKey: 's',
  maxTurns: 1,
  retryOf: null,
  idempotencyKey: null,
  submitTrace: null,
  attemptTrace: null,
  input: '',
  context: '',
}
const claiming = { workerId: 'w', leaseMs: 1, trace: null, events }

/** What is asked all the time, however long the tables are: none of it may read a table through. */
const hotPaths: Record<string, (executor: Executor) => Promise<unknown>> = {
  candidates: async (e) => nextCandidates(e, { agentKeys: ['a', 'b'], limit: 3 }),
  'next of an owner': async (e) => nextOfOwner(e, { owner: 'o', agentKeys: ['a', 'b'] }),
  claim: async (e) => claimRun(e, { ...run, ...slots, ...claiming }),
  'a run that begins': async (e) =>
    insertRunning(e, { ...run, ...slots, ...claiming, ...submitted, agentKeys: ['a', 'b'] }),
  'next of a lane': async (e) => giveTurn(e, run),
  'next of a session': async (e) => advanceSession(e, run),
  'lanes of an owner': async (e) => lanesOf(e, run),
  'forgotten lanes': async (e) => forgottenLanes(e, { ownerLimit: 1 }),
  'owner slots': async (e) => freeOwnerSlot(e, { owner: 'o', limit: 1 }),
  'agent slots': async (e) => freeAgentSlot(e, { agentKey: 'a', limit: 1 }),
  'total slots': async (e) => freeTotalSlot(e, { limit: 1 }),
  'a write under a lease': async (e) =>
    advance(e, { ...run, ...usage, events, steps: 1, parts: [] }),
  heartbeat: async (e) => renewLease(e, { workerId: 'w', leaseMs: 1, ...run }),
  cancels: async (e) => wantedCancels(e, { ids: ['a', 'b'] }),
  'expired leases': async (e) => expiredRuns(e, { limit: 10 }),
  end: async (e) =>
    endRun(e, {
      ...run,
      ...none,
      ...usage,
      from: 'running',
      to: 'completed',
      events,
      items: [],
      parts: [],
    }),
  'deltas to prune': async (e) => hasPrunable(e, { minutes: 1 }),
  'a run': async (e) => findRun(e, run),
  'by idempotency key': async (e) =>
    findRunByIdempotencyKey(e, { owner: 'o', idempotencyKey: 'k' }),
  'recent runs': async (e) =>
    listRuns(e, { owner: 'o', sessionId: null, status: null, before: 'g', limit: 10 }),
  'recent runs of a session': async (e) =>
    listRuns(e, { owner: 'o', sessionId: 's', status: null, before: 'g', limit: 10 }),
  'pending runs': async (e) => countPending(e, { owner: 'o', limit: 10 }),
  'a session': async (e) => openSession(e, { id: 's', owner: 'o', key: 'k' }),
  'recent sessions': async (e) => listSessions(e, { owner: 'o', limit: 10 }),
  events: async (e) => readEvents(e, { runId: 'r', owner: 'o', after: 0, limit: 10 }),
  items: async (e) => readItems(e, { sessionId: 's', upTo: 10, limit: 10 }),
  'approvals of a run': async (e) =>
    listApprovals(e, { owner: 'o', runId: 'r', status: 'pending', after: '', limit: 10 }),
  'an inbox': async (e) =>
    listApprovals(e, { owner: 'o', runId: null, status: 'pending', after: 'a', limit: 10 }),
  'approvals whose time is over': async (e) => dueApprovals(e, { limit: 10 }),
  'usage of a window': async (e) => usageEachWay(e, {}),
  'usage of an owner': async (e) => usageEachWay(e, { owner: 'o' }),
  'usage of a session': async (e) => usageEachWay(e, { owner: 'o', sessionId: 's' }),
  'usage of a run': async (e) => usageEachWay(e, { run: 'r', agent: 'a' }),
}

async function usageEachWay(executor: Executor, narrowed: Partial<UsageOf>): Promise<void> {
  const window = { from: '0', before: 'g', limit: 10 }
  const query = { run: null, sessionId: null, owner: null, agent: null, ...window, ...narrowed }
  for (const by of ['run', 'session', 'owner', 'agent', 'model'] as const) {
    await usageSums(executor, by, query)
  }
}

/** The statements of each hot path, as they are sent to a new database of ours. */
export async function hotStatements(url: string): Promise<{ name: string; statement: string }[]> {
  const database = await openDatabase({ url, prefix: 'agentic_', durability: 'normal' })
  onTestFinished(async () => database.close())
  await database.migrate()
  const statements: { name: string; statement: string }[] = []
  for (const [name, ask] of Object.entries({ ...hotPaths, ...adminQuestions })) {
    await database.write(async ({ compiler, run }) => {
      const noting: Executor['run'] = async (query) => {
        statements.push({ name, statement: query.sql })
        return run(query)
      }
      await ask({ compiler, run: noting })
    })
  }
  return statements
}
