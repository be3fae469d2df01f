import { expect, test } from 'vitest'
import { HeldAgent } from '../support/held-agent.ts'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { sql } from '../support/sql.ts'
import { idNear, randomOf, randomRuns } from './support/random-runs.ts'
import { seedRuns } from './support/seed-runs.ts'

const hourMs = 3_600_000

test('the overview counts the runs of its window, each in its slice', async () => {
  const database = temporaryDatabase()
  const agentic = instance({ database, concurrency: 0 })
  await agentic.start()
  const seed = Math.floor(Math.random() * 2 ** 31)
  const now = Date.now()
  const runs = randomRuns(300, randomOf(seed), now)
  await seedRuns(database, runs)
  const [since, until] = [now - 30 * hourMs, now - 6 * hourMs]
  const seen = await agentic.admin.overview({ since, until })
  const wanted = runs.filter(({ createdAt }) => createdAt >= since && createdAt < until)
  expect(seen, `seed ${seed}`).toMatchObject({
    since,
    until,
    runs: wanted.length,
    searchedTo: null,
  })
  const sliceMs = Number(seen.slices[1]?.at) - Number(seen.slices[0]?.at)
  expect(seen.slices).toHaveLength(48)
  for (const { at, counts } of seen.slices) {
    const inSlice = wanted.filter(({ createdAt }) => createdAt >= at && createdAt < at + sliceMs)
    for (const [status, count] of Object.entries(counts)) {
      expect(inSlice.filter((run) => run.status === status)).toHaveLength(count)
    }
  }
  const waiting = runs.filter(({ status }) => status === 'pending')
  expect(seen.queue).toEqual({
    pending: waiting.length,
    awaitingApproval: runs.filter(({ status }) => status === 'awaiting_approval').length,
    running: runs.filter(({ status }) => status === 'running').length,
    oldestPendingAt: expect.any(Number),
  })
  const oldest = waiting.map(({ createdAt }) => createdAt)
  expect(oldest).toContain(seen.queue.oldestPendingAt)
})

test('percentiles and tokens are those of the runs', async () => {
  const database = temporaryDatabase()
  const agentic = instance({ database, concurrency: 0 })
  await agentic.start()
  const now = Date.now()
  const random = randomOf(7)
  const runs = randomRuns(200, random, now).map((run, n) => ({
    ...{ ...run, status: 'completed', error: null, createdAt: now - n * 1000 },
    id: idNear(now - n * 1000, random),
    owner: `o${n % 15}`,
  }))
  await seedRuns(database, runs)
  for (const [n, { id }] of runs.entries()) {
    await sql(
      database,
      `update agentic_run set started_at = created_at + ?, finished_at = created_at + ? + ?,
        requests = 1, input_tokens = ?, output_tokens = 1, total_tokens = ? + 1, cost = 0.5,
        priced_requests = case when owner = 'o14' and agent_key = 'desk' then 0 else 1 end
        where id = ?`,
      ...[n + 1, n + 1, 2 * (n + 1), (n % 15) * 10, (n % 15) * 10, id],
    )
  }
  const seen = await agentic.admin.overview({ since: now - 4 * hourMs, until: now + 1 })
  // Of 1 to 200.
  expect(seen.waitMs).toEqual({ p50: 100, p90: 180, p99: 198 })
  expect(seen.durationMs).toEqual({ p50: 200, p90: 360, p99: 396 })
  expect(seen.owners.map(({ name }) => name)).toEqual([
    ...Array.from({ length: 10 }, (_, n) => `o${14 - n}`),
    null,
  ])
  const sum = (lines: typeof seen.owners) =>
    lines.reduce((total, { usage }) => total + usage.totalTokens, 0)
  const wanted = runs.reduce((total, _, n) => total + (n % 15) * 10 + 1, 0)
  expect(sum(seen.owners)).toBe(wanted)
  expect(sum(seen.agents)).toBe(wanted)
  // Of those of one owner some are not known, so that nothing is known of the sum.
  const costs = seen.owners.map(({ runs: count, usage }) => (usage.cost ?? NaN) / count)
  expect(costs).toEqual([NaN, ...Array.from({ length: 10 }, () => 0.5)])
  expect(seen.owners.reduce((total, line) => total + line.runs, 0)).toBe(200)
})

test('workers are shown with what they execute', async () => {
  const held = new HeldAgent()
  const agentic = instance({ agents: { assistant: held.factory }, concurrency: 3 })
  expect(await agentic.admin.overview()).toMatchObject({ runs: 0, waitMs: null, durationMs: null })
  for (const session of ['one', 'two']) {
    await agentic.runs.submit({ owner: 'ada', session, input: session })
    await held.reached(session)
  }
  const asked = async () => (await agentic.admin.overview()).workers
  await expect.poll(asked).toMatchObject([{ concurrency: 3, running: 2, pid: process.pid }])
  expect((await agentic.admin.overview()).queue).toMatchObject({ pending: 0, running: 2 })
})

test('a window that is none is refused', async () => {
  const agentic = instance({ concurrency: 0 })
  const refused = { code: 'invalid_request', message: expect.stringContaining('window') }
  await expect(agentic.admin.overview({ since: 5, until: 5 })).rejects.toMatchObject(refused)
  await expect(agentic.admin.overview({ since: 0.5, until: 5 })).rejects.toMatchObject(refused)
})
