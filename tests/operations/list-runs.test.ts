import { expect, test } from 'vitest'
import type { AdminRunFilter, Agentic } from 'agentic-node'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { knownErrors, knownStatuses, randomOf, randomRuns } from './support/random-runs.ts'
import { seedRuns, type SeededRun } from './support/seed-runs.ts'

const hourMs = 3_600_000

/** What the filter means, asked of each run. */
function fits(run: SeededRun, filter: AdminRunFilter): boolean {
  const { status, agent, owner, session, since, until, text } = filter
  return (
    (status === undefined || run.status === status) &&
    (agent === undefined || run.agent === agent) &&
    (owner === undefined || run.owner === owner) &&
    (session === undefined || run.session === session) &&
    (since === undefined || run.createdAt >= since) &&
    (until === undefined || run.createdAt < until) &&
    (text === undefined ||
      run.id.startsWith(text) ||
      run.session === text ||
      run.owner === text ||
      run.error?.startsWith(text) === true)
  )
}

/** All pages of a list, each asked for by the cursor of the one before. */
async function allPages(
  agentic: Agentic,
  filter: AdminRunFilter,
  limit: number,
): Promise<string[]> {
  const ids: string[] = []
  let cursor: string | null | undefined
  do {
    const page = await agentic.admin.runs.list({ ...filter, limit, ...(cursor && { cursor }) })
    expect(page.data.length).toBeLessThanOrEqual(limit)
    ids.push(...page.data.map(({ id }) => id))
    cursor = page.nextCursor
  } while (cursor !== null)
  return ids
}

test('any combination of filters finds what fits and nothing else, newest first, page by page', async () => {
  const database = temporaryDatabase()
  const agentic = instance({ database, concurrency: 0 })
  await agentic.start()
  const seed = Math.floor(Math.random() * 2 ** 31)
  const random = randomOf(seed)
  const now = Date.now()
  const runs = randomRuns(400, random, now)
  await seedRuns(database, runs)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
  const maybe = <T>(value: T): T | undefined => (random() < 0.35 ? value : undefined)
  const texts = () =>
    pick([
      ...[
        'ada',
        'main',
        'chat-1',
        'nobody',
        '%',
        'Error: the model',
        'TypeError: cannot read 100%',
      ],
      ...[pick(runs).id, pick(runs).id.slice(0, 9), pick(knownErrors), 'Ärger 🎉'],
      ...[pick(knownErrors).slice(0, 80), '0'],
    ])
  for (let round = 0; round < 80; round += 1) {
    const since = now - Math.floor(random() * 72) * hourMs
    const filter = Object.fromEntries(
      Object.entries({
        status: maybe(pick(knownStatuses)),
        agent: maybe(pick(['support', 'desk', 'none'])),
        owner: maybe(pick(['ada', 'bob', 'main', 'Ärger 🎉', 'nobody'])),
        session: maybe(pick(['main', 'chat-1', 'nothing'])),
        since: maybe(since),
        until: maybe(since + Math.ceil(random() * 30) * hourMs),
        text: maybe(texts()),
      }).filter(([, value]) => value !== undefined),
    ) as AdminRunFilter
    const wanted = runs.filter((run) => fits(run, filter)).map(({ id }) => id)
    const found = await allPages(agentic, filter, 5 + Math.floor(random() * 60))
    expect(found, `seed ${seed}, ${JSON.stringify(filter)}`).toEqual(wanted.sort().reverse())
  }
})
