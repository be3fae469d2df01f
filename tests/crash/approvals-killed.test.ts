import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createAgentic, type Agentic, type Run } from 'agentic-node'
import { expect, onTestFinished, vi } from 'vitest'
import { until } from '../support/sql.ts'
import { readEffects } from './support/effects.ts'
import { orders, owner, paysTools, type Order } from './support/paying-orders.ts'
import type { PayingPlan } from './support/paying-process.ts'
import { freshPlace, testOnEach, type Place } from './support/place.ts'
import { spawnScript } from './support/spawn.ts'

// Eight processes, one after another, some of whose leases are waited for.
vi.setConfig({ testTimeout: 240_000 })

const script = fileURLToPath(new URL('./support/paying-process.ts', import.meta.url))
const cutOff = orders.filter((order) => order !== 'vote')

testOnEach(
  'a run waits through kills and restarts, is decided once by another process, and killed in the approved call it ends as its policy says',
  async (kind) => {
    const place = await freshPlace(kind)
    const page = pageOf(place)
    let worker = await startWorker({ place })
    const runs = await submitAll(page)
    await allWait(page, runs)
    for (let restart = 0; restart < 3; restart += 1) {
      await worker.kill()
      worker = await startWorker({ place })
    }
    await worker.kill()
    await allWait(page, runs)
    expect(paid(place)).toEqual([])

    const approved = await vote(page, place, runs.vote)
    await approveEdited(page, runs)
    worker = await startWorker({ place, holds: true })
    await until(() => cutOff.every((order) => paid(place).some(({ name }) => name === order)))
    await page.runs.wait({ owner, id: runs.vote })
    await worker.kill()
    await startWorker({ place })

    const ended = async (order: Order): Promise<Run> =>
      page.runs.wait({ owner, id: runs[order], until: 'pause' })
    const unknown = expect.stringContaining('interrupted by a crash')
    expect(await ended('report')).toMatchObject({ status: 'completed', output: unknown })
    expect(await ended('rerun')).toMatchObject({ output: expect.stringMatching(/^paid 50 #/) })
    expect(await ended('fail')).toMatchObject({ status: 'failed', errorCode: 'interrupted' })
    expect(await ended('vote')).toMatchObject({ status: 'completed' })
    expect(await ended('ask')).toMatchObject({ status: 'awaiting_approval' })
    const [question] = await page.approvals.list({ owner, runId: runs.ask, status: 'pending' })
    expect(question).toMatchObject({ kind: 'interrupted', editedArguments: { amount: 50 } })
    const answer = { decision: 'done', result: 'paid by hand' } as const
    await page.approvals.decide({ owner, id: question!.id, ...answer })
    expect(await ended('ask')).toMatchObject({ output: expect.stringMatching(/^paid by hand/) })

    const made = paid(place).map(({ name, nonce }) => `${name} ${nonce}`)
    const voted = approved ? ['vote 500'] : []
    const wanted = ['ask 50', 'fail 50', 'report 50', 'rerun 50', 'rerun 50', ...voted]
    expect(made.toSorted()).toEqual(wanted)
    expect(new Set(paid(place).map(({ key }) => key)).size).toBe(4 + voted.length)
    for (const order of orders) await isSound(page, runs[order])
  },
)

/** The pages of the app: another process than those that execute. */
function pageOf({ database }: Place): Agentic {
  const agents = {
    payer: () => {
      throw new Error('nothing is executed here')
    },
  }
  const concurrency = 0
  const page = createAgentic({ agents, owner: () => null, database, concurrency, tools: paysTools })
  onTestFinished(async () => page.close({ now: true }))
  return page
}

async function submitAll(page: Agentic): Promise<Record<Order, string>> {
  const all = orders.map(async (order) => {
    const run = await page.runs.submit({
      owner,
      session: `chat-${order}`,
      input: `Pay by ${order}`,
    })
    return [order, run.id]
  })
  return Object.fromEntries(await Promise.all(all)) as Record<Order, string>
}

async function allWait(page: Agentic, runs: Record<Order, string>): Promise<void> {
  for (const id of Object.values(runs)) {
    const { status } = await page.runs.wait({ owner, id, until: 'pause' })
    expect(status).toBe('awaiting_approval')
  }
}

async function approveEdited(page: Agentic, runs: Record<Order, string>): Promise<void> {
  for (const order of cutOff) {
    const [asked] = await page.approvals.list({ owner, runId: runs[order], status: 'pending' })
    const decision = { decision: 'approve', arguments: { amount: 50 } } as const
    await page.approvals.decide({ owner, id: asked!.id, ...decision })
  }
}

/** Two processes decide five times each way, all at once. Whether the one decision is to approve. */
async function vote(page: Agentic, place: Place, runId: string): Promise<boolean> {
  const [asked] = await page.approvals.list({ owner, runId, status: 'pending' })
  const { id } = asked!
  const said = await Promise.all(
    [1, 2].map(async () => outputOf({ place, votes: { id, times: 5 } })),
  )
  const ballots = said.flatMap(
    (text) => JSON.parse(text) as { decision: string; outcome: string }[],
  )
  const { status, decidedBy } = await page.approvals.get({ owner, id })
  const isWinner = (decision: string) =>
    status === (decision === 'approve' ? 'approved' : 'rejected')
  expect(ballots).toHaveLength(20)
  for (const { decision, outcome } of ballots) {
    expect(outcome).toBe(isWinner(decision) ? decidedBy : 'already_decided')
  }
  return status === 'approved'
}

async function outputOf(plan: PayingPlan): Promise<string> {
  const child = start(plan)
  let said = ''
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (said += text))
  await once(child, 'close')
  return said
}

async function startWorker(plan: PayingPlan): Promise<{ kill: () => Promise<void> }> {
  const child = start(plan)
  await Promise.race([once(child.stdout!, 'data'), once(child, 'exit')])
  expect(child.exitCode, 'the worker did not start').toBeNull()
  return {
    kill: async () => {
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

function start(plan: PayingPlan) {
  const child = spawnScript(script, [JSON.stringify(plan)])
  child.stderr!.pipe(process.stderr)
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

function paid(place: Place) {
  return readEffects(place.effects).filter((effect) => effect.kind === 'tool')
}

/** Its log has no gap and one end, and its usage is that of a run nobody killed. */
async function isSound(page: Agentic, id: string): Promise<void> {
  const log = await page.runs.events({ owner, id, limit: 1000 })
  expect(log.map(({ sequence }) => sequence)).toEqual(log.map((_, index) => index + 1))
  const decided = log.filter(({ type }) => type === 'tool_approval_decided')
  const asked = log.filter(({ type }) => type === 'tool_approval_requested')
  expect(decided).toHaveLength(asked.length)
  const run = await page.runs.get({ owner, id })
  expect(run.usage.requests).toBe(run.status === 'failed' ? 1 : 2)
}
