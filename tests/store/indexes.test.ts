import { expect, onTestFinished, test } from 'vitest'
import { listApprovals } from '../../src/store/approvals.ts'
import { claimRun, nextCandidate } from '../../src/store/claim-run.ts'
import type { Database, Executor } from '../../src/store/database.ts'
import { hasPrunable, readEvents } from '../../src/store/events.ts'
import { advance } from '../../src/store/fence.ts'
import { findRun, findRunByIdempotencyKey, listRuns } from '../../src/store/find-runs.ts'
import { countPending } from '../../src/store/insert-run.ts'
import { readItems } from '../../src/store/items.ts'
import { expiredRuns, renewLeases, wantedCancels } from '../../src/store/leases.ts'
import { endRun } from '../../src/store/move-run.ts'
import { openDatabase } from '../../src/store/open.ts'
import { listSessions, openSession } from '../../src/store/sessions.ts'
import { freeAgentSlot, freeOwnerSlot, freeTotalSlot } from '../../src/store/slots.ts'
import { advanceSession, forgottenLanes, giveTurn, lanesOf } from '../../src/store/turns.ts'
import { temporaryDatabase } from '../support/instance.ts'
import { connect } from '../support/sql.ts'

const run = { id: 'r', runId: 'r', attempt: 1, owner: 'o', agentKey: 'a', sessionId: 's' }
const slots = { ownerSlot: 0, agentSlot: 0, totalSlot: 0 }
const usage = { requests: 0, inputTokens: 0, outputTokens: 0, totalTokens: 0 }
const none = { output: null, error: null, errorCode: null, deltasKept: 1 }
const claiming = { workerId: 'w', leaseMs: 1, basePosition: 0, events: 1 }

const asked: Record<string, (executor: Executor) => Promise<unknown>> = {
  candidate: async (e) => nextCandidate(e, { agentKeys: ['a', 'b'] }),
  claim: async (e) => claimRun(e, { ...run, ...slots, ...claiming }),
  'next of a lane': async (e) => giveTurn(e, run),
  'next of a session': async (e) => advanceSession(e, run),
  'lanes of an owner': async (e) => lanesOf(e, run),
  'forgotten lanes': async (e) => forgottenLanes(e, { ownerLimit: 1 }),
  'owner slots': async (e) => freeOwnerSlot(e, { owner: 'o', limit: 1 }),
  'agent slots': async (e) => freeAgentSlot(e, { agentKey: 'a', limit: 1 }),
  'total slots': async (e) => freeTotalSlot(e, { limit: 1 }),
  'a write under a lease': async (e) => advance(e, { ...run, ...usage, events: 1, steps: 1 }),
  heartbeat: async (e) => renewLeases(e, { workerId: 'w', leaseMs: 1, attempts: [run] }),
  cancels: async (e) => wantedCancels(e, { workerId: 'w' }),
  'expired leases': async (e) => expiredRuns(e, { limit: 10 }),
  end: async (e) =>
    endRun(e, { ...run, ...none, ...usage, from: 'running', to: 'completed', events: 1 }),
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
    listApprovals(e, { owner: 'o', runId: 'r', status: 'pending' }),
}

async function open(url: string): Promise<Database> {
  const database = await openDatabase({ url, prefix: 'agentic_', durability: 'normal' })
  onTestFinished(async () => database.close())
  await database.migrate()
  return database
}

test.each(Object.keys(asked))('%s: found by an index, no table is read through', async (name) => {
  const url = temporaryDatabase()
  const database = await open(url)
  const statements: string[] = []
  await database.write(async (executor) => {
    await asked[name]?.(executor)
    for (const shapes of executor.compiled.values()) {
      for (const { sql } of shapes.values()) statements.push(sql)
    }
  })
  const connection = connect(url)
  onTestFinished(() => connection.close())
  expect(statements).not.toEqual([])
  for (const statement of statements) {
    const plan = connection.prepare(`explain query plan ${statement}`).all()
    const steps = plan.map((row) => String(row['detail']))
    const scans = steps.filter((step) => step.startsWith('SCAN') && !mayBeScanned.test(step))
    expect(scans, steps.join('\n')).toEqual([])
  }
})

/**
 * No tables of ours: the agent keys asked for, and what was found so far. Of indexes that hold little, or of which the
 * first entry or two are read: slots in use, turns given out, lanes that wait.
 */
const mayBeScanned =
  /^SCAN (k|lane|some|CONSTANT ROW|\w+ USING .*INDEX agentic_run_(total_slot|agent_turn|lane))\b/
