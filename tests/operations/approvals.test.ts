import { Agent } from '@openai/agents'
import { expect, test } from 'vitest'
import type { Agentic } from 'agentic-node'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { sql } from '../support/sql.ts'
import { callsTool, notedTool } from '../support/tools.ts'
import { call, TurnModel } from '../support/turn-model.ts'

const actor = 'root'

function cashier(database: string): Agentic {
  const tools = [notedTool('pay', { needsApproval: true })]
  const model = () => new TurnModel(callsTool('pay', { n: 1 }), 'paid')
  const agents = { assistant: () => new Agent({ name: 'A', model: model(), tools }) }
  return instance({ database, agents })
}

async function waitingRun(agentic: Agentic, owner: string): Promise<string> {
  const { id } = await agentic.runs.submit({ owner, session: 'chat', input: 'Pay' })
  await agentic.runs.wait({ owner, id, until: 'pause' })
  return id
}

test('what waits is listed across owners, the longest wait first, and nothing of runs that have ended', async () => {
  const agentic = cashier(temporaryDatabase())
  const ids: string[] = []
  for (const owner of ['ada', 'bob', 'eve', 'zoe']) ids.push(await waitingRun(agentic, owner))
  await agentic.admin.runs.cancel({ id: String(ids[1]), actor })
  const { approvals } = agentic.admin
  const first = await approvals.list({ status: 'pending', limit: 2 })
  expect(first.data.map(({ owner }) => owner)).toEqual(['ada', 'eve'])
  const rest = await approvals.list({ status: 'pending', cursor: String(first.nextCursor) })
  expect(rest).toMatchObject({ data: [{ owner: 'zoe' }], nextCursor: null })
  expect((await approvals.list({ status: 'pending', owner: 'eve' })).data).toHaveLength(1)
  const decided = await approvals.decide({
    ...{ id: String(first.data[1]?.id), actor },
    ...{ decision: 'reject' as const, message: 'Too dear' },
  })
  expect(decided).toMatchObject({ status: 'rejected', decidedBy: actor, message: 'Too dear' })
  expect((await approvals.list({ status: 'rejected' })).data).toEqual([decided])
  const all = await approvals.list()
  expect(all.data.map(({ owner }) => owner)).toEqual(['zoe', 'eve', 'bob', 'ada'])
})

test('what a run asked waits also while the run itself waits for another worker', async () => {
  const database = temporaryDatabase()
  const never = () => new Promise<never>(() => {})
  const tools = [notedTool('pay', { needsApproval: true }), notedTool('look', { execute: never })]
  const turn = [call('pay', { n: 1 }, 'a'), call('look', { n: 2 }, 'b')]
  const agents = {
    assistant: () => new Agent({ name: 'A', model: new TurnModel(turn, 'ok'), tools }),
  }
  const worker = instance({ database, agents })
  const web = instance({ database, agents, concurrency: 0 })
  await worker.start()
  const { id } = await web.runs.submit({ owner: 'ada', session: 'chat', input: 'Pay' })
  const waiting = async () => (await web.admin.approvals.list({ status: 'pending' })).data
  await expect.poll(async () => (await waiting()).length).toBe(1)
  await worker.close({ now: true })
  expect(await web.runs.get({ owner: 'ada', id })).toMatchObject({ status: 'pending', attempt: 1 })
  expect(await waiting()).toMatchObject([{ runId: id, toolName: 'pay' }])
})

test('another decision than the one there is is refused and leaves no line', async () => {
  const agentic = cashier(temporaryDatabase())
  await waitingRun(agentic, 'ada')
  const [asked] = (await agentic.admin.approvals.list({ status: 'pending' })).data
  const id = String(asked?.id)
  await agentic.approvals.decide({ owner: 'ada', id, decision: 'reject' })
  const { decide } = agentic.admin.approvals
  await expect(decide({ id, decision: 'approve', actor })).rejects.toMatchObject({
    code: 'already_decided',
  })
  expect((await decide({ id, decision: 'reject', actor })).decidedBy).toBe('ada')
  expect((await agentic.admin.audit()).data).toEqual([])
})

test('where very many runs wait, those that wait longest come first all the same', async () => {
  const database = temporaryDatabase()
  const agentic = instance({ database, concurrency: 0 })
  await agentic.start()
  const id = (kind: string) =>
    `'01900000-0000-7000-${kind}-' || substr(cast(1000000000000 + n as text), 2)`
  const series = `(with recursive s(n) as (select 1 union all select n + 1 from s where n < 2500)
    select n from s) as s`
  // Every fifth of them was cancelled while it waited.
  await sql(
    database,
    `insert into agentic_run (id, owner, session_id, session_key, agent_key, status, front, max_turns,
        created_at, started_at, finished_at)
      select ${id('8000')}, 'ada', 's' || n, 's', 'a',
        case when n % 5 = 0 then 'cancelled' else 'awaiting_approval' end, 1, 10, n, n,
        case when n % 5 = 0 then n end from ${series}`,
  )
  await sql(
    database,
    `insert into agentic_approval (id, run_id, owner, path, tool_name, agent_name, arguments, status,
        created_at)
      select ${id('9000')}, ${id('8000')}, 'ada', 'r/m0/t0', 'pay', 'A', '{}', 'pending', n from ${series}`,
  )
  const moments: number[] = []
  let cursor: string | null = null
  do {
    const from: { cursor?: string } = cursor === null ? {} : { cursor }
    const query = { status: 'pending' as const, limit: 200, ...from }
    const page: Awaited<ReturnType<Agentic['admin']['approvals']['list']>> =
      await agentic.admin.approvals.list(query)
    moments.push(...page.data.map(({ createdAt }) => createdAt))
    cursor = page.nextCursor
  } while (cursor !== null)
  expect(moments).toEqual(Array.from({ length: 2500 }, (_, n) => n + 1).filter((n) => n % 5 !== 0))
})
