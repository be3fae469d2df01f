import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { DeskClient } from '../travel-desk/desk-client.ts'
import { deskFolder, startDesk, type DeskServer } from '../travel-desk/desk-server.ts'
import { emptyDatabase } from './support/empty-database.ts'
import { modelEndpoint, type Asked } from './support/model-endpoint.ts'
import { eventProblems, itemProblems } from './support/oracle.ts'
import { snapshot, type Snapshot } from './support/snapshot.ts'

vi.setConfig({ testTimeout: 240_000 })

const users = ['ada', 'grace', 'linus', 'margaret']
const steps = ['begin', 'find_flight', 'get_flight_price', 'book_flight']
const itemsOfRun = [
  'message user',
  'function_call find_flight',
  'function_call_result find_flight',
  'function_call get_flight_price',
  'function_call get_flight_price',
  'function_call_result get_flight_price',
  'function_call_result get_flight_price',
  'function_call book_flight',
  'function_call_result book_flight',
  'message assistant',
]

/** Every user books seats in two conversations, one after the other in each, whatever happens to the servers. */
async function bookWhileKilled(options: { servers: number; kills: number; each: number }) {
  const folder = deskFolder()
  const database = `file:${join(folder, 'test.db')}`
  await emptyDatabase(database)
  const model = await modelEndpoint()
  onTestFinished(async () => model.close())
  const env = {
    OPENAI_BASE_URL: model.url,
    OFFLINE_DELAY_MS: '80',
    DATABASE_URL: database,
  }
  const servers: DeskServer[] = []
  for (let i = 0; i < options.servers; i += 1) servers.push(await startDesk(folder, env))
  const clients = await Promise.all(
    users.map(async (user) => ({ user, client: await DeskClient.signIn(servers[0]!.url, user) })),
  )
  const state = { over: false, killed: 0 }
  const killing = kill()
  const orders = await Promise.all(clients.map(book))
  state.over = true
  await killing
  const bookings = await Promise.all(
    orders.map(async ({ client }) => client.at(servers[0]!.url).bookings()),
  )
  for (const server of servers) await server.stop()
  const wanted = 2 * options.each
  const perUser = bookings.map((all) => all.length)
  return {
    model,
    killed: state.killed,
    wanted,
    perUser,
    runs: orders.flatMap(({ runs }) => runs),
    final: await snapshot({ database, effects: join(folder, 'effects.log') }),
  }

  async function kill(): Promise<void> {
    while (!state.over || state.killed < options.kills) {
      await delay(100 + Math.random() * 900)
      // The last one killed is up again before the orders are counted; then they only have to end.
      if (state.killed >= options.kills) continue
      const index = Math.floor(Math.random() * servers.length)
      await servers[index]!.kill()
      state.killed += 1
      servers[index] = await startDesk(folder, env)
    }
  }

  async function book({ user, client }: { user: string; client: DeskClient }) {
    const conversations = ['a', 'b'].map(async (letter) => {
      const runs: { id: string; order: string }[] = []
      for (let number = 1; number <= options.each; number += 1) {
        const order = `order-${user}-${letter}-${number}`
        const text = `Book me a seat, please, for ${order}`
        const id = await insist(client, (at) => at.ask(`trip-${letter}`, text, order))
        runs.push({ id, order })
        await insist(client, async (at) => expect((await at.ended(id)).status).toBe('completed'))
      }
      return runs
    })
    const runs = (await Promise.all(conversations)).flat()
    return { client, runs }
  }

  /** As a page does: a server that does not answer is asked again, or another one is. */
  async function insist<T>(client: DeskClient, ask: (at: DeskClient) => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await ask(client.at(servers[attempt % servers.length]!.url))
      } catch (error) {
        const isAway = error instanceof TypeError && error.message.includes('fetch failed')
        const isCut = error instanceof TypeError && error.message.includes('terminated')
        if (!isAway && !isCut) throw error
        await delay(50)
      }
    }
  }
}

function problemsOf(
  final: Snapshot,
  asked: Asked[],
  orders: { id: string; order: string }[],
): string[] {
  const perRun = orders.flatMap(({ id, order }) => {
    const run = final.runs.find((row) => row.id === id)!
    const events = final.events.filter((event) => event.run_id === id)
    const items = final.items.filter((item) => item.run_id === id)
    const names = items.map(
      ({ item }) => `${String(item['type'] ?? 'message')} ${String(item['role'] ?? item['name'])}`,
    )
    const found = [...eventProblems({ run, events }), ...callProblems(final, asked, run.id, order)]
    if (JSON.stringify(names) !== JSON.stringify(itemsOfRun))
      found.push(`items: ${names.join(', ')}`)
    return found.map((problem) => `${order}: ${problem}`)
  })
  const positions = Map.groupBy(final.items, (item) => item.session_id)
  const gaps = [...positions].filter(([, all]) =>
    all.some((item, index) => item.position !== index + 1),
  )
  return [
    ...perRun,
    ...itemProblems(final),
    ...gaps.map(([id]) => `gaps in session ${id}`),
    ...final.audit.map(({ what, detail }) => `${what}: ${detail}`),
  ]
}

/** The answer recorded is the last one the endpoint gave; before it, one for each attempt cut off while waiting. */
function callProblems(final: Snapshot, asked: Asked[], runId: string, order: string): string[] {
  const run = final.runs.find((row) => row.id === runId)!
  const recorded = final.steps.filter((step) => step.run_id === runId && step.kind === 'model')
  const problems = recorded.length === steps.length ? [] : [`${recorded.length} model steps`]
  return [
    ...problems,
    ...steps.flatMap((step) => {
      const calls = asked.filter((call) => call.order === order && call.step === step)
      const last = calls.at(-1)?.responseId ?? 'none'
      if (!recorded.some(({ result }) => result?.includes(last))) return [`${step} was asked again`]
      return calls.length > run.attempt ? [`${step} was asked ${calls.length} times`] : []
    }),
  ]
}

test('the demo killed a dozen times at random moments books each seat once', async () => {
  const { model, killed, wanted, perUser, runs, final } = await bookWhileKilled({
    servers: 1,
    kills: 12,
    each: 3,
  })
  expect(problemsOf(final, model.asked, runs)).toEqual([])
  expect(perUser).toEqual(users.map(() => wanted))
  expect(killed).toBe(12)
})

test('two servers on one file, killed at random moments, book each seat once', async () => {
  const { model, killed, wanted, perUser, runs, final } = await bookWhileKilled({
    servers: 2,
    kills: 12,
    each: 3,
  })
  expect(problemsOf(final, model.asked, runs)).toEqual([])
  expect(perUser).toEqual(users.map(() => wanted))
  expect(killed).toBe(12)
})
