import { expect, onTestFinished, test } from 'vitest'
import { appendEvents } from '../../src/store/append-events.ts'
import { claimRun } from '../../src/store/claim-run.ts'
import type { Executor } from '../../src/store/database.ts'
import { advance } from '../../src/store/fence.ts'
import { renewLease } from '../../src/store/leases.ts'
import { endRun, releaseRun, requestCancel } from '../../src/store/move-run.ts'
import { openDatabase } from '../../src/store/open.ts'
import { advanceSession, giveTurn } from '../../src/store/turns.ts'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { sql } from '../support/sql.ts'

test('a terminal row never changes, whatever is tried on it', async () => {
  const url = temporaryDatabase()
  const agentic = instance({ database: url })
  const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Hi' })
  const { attempt } = await agentic.runs.wait({ owner: 'ada', id })
  const row = async () => sql(url, 'select * from agentic_run where id = ?', id)
  const before = await row()
  const logged = await sql(url, 'select * from agentic_event')
  const sessionId = String(before[0]?.['session_id'])
  const database = await openDatabase({ url, prefix: 'agentic_', durability: 'full' })
  onTestFinished(async () => database.close())
  const tokens = { inputTokens: 1, cachedTokens: 1, outputTokens: 1, reasoningTokens: 1 }
  const usage = { ...tokens, requests: 1, totalTokens: 1, cost: 1, pricedRequests: 1 }
  const slots = { ownerSlot: 0, agentSlot: 0, totalSlot: 0, workerId: 'w', leaseMs: 1 }
  const none = { output: null, error: 'x', errorCode: 'internal', deltasKept: 0 }
  const events = [{ type: 'run.drift' as const, payload: {} }]
  const more = { events, items: [{ role: 'user', content: 'x' }], parts: [] }
  const lane = { owner: 'ada', agentKey: 'assistant' }
  const end = { id, attempt, to: 'failed', ...none, ...usage, ...more } as const
  const release = { id, attempt, to: 'pending', turn: 0, stalled: 0, events } as const
  const tries: ((executor: Executor) => Promise<unknown>)[] = [
    async (e) => endRun(e, { ...end, from: 'running' }),
    async (e) => endRun(e, { ...end, from: 'pending' }),
    async (e) => endRun(e, { ...end, from: 'running', to: 'cancelled' }),
    async (e) => releaseRun(e, { ...release, from: 'running' }),
    async (e) => releaseRun(e, { ...release, from: 'awaiting_approval' }),
    async (e) => requestCancel(e, { id, owner: 'ada' }),
    async (e) => claimRun(e, { id, attempt, trace: null, events, ...slots }),
    async (e) => advance(e, { runId: id, attempt, events, steps: 1, parts: [], ...usage }),
    async (e) => renewLease(e, { workerId: 'w', leaseMs: 1, id, attempt }),
    async (e) => appendEvents(e, { runId: id, events }),
    async (e) => giveTurn(e, lane),
    async (e) => advanceSession(e, { sessionId }),
  ]
  for (const attemptTo of tries) await database.write(attemptTo)
  await agentic.runs.cancel({ owner: 'ada', id })
  expect(await row()).toEqual(before)
  expect((await sql(url, 'select * from agentic_event')).length).toBe(logged.length)
  expect(await sql(url, 'select * from agentic_item')).toHaveLength(2)
})
