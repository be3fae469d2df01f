import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { until } from '../support/sql.ts'
import { DeskClient } from './desk-client.ts'
import { deskFolder, startDesk } from './desk-server.ts'
import { holdPauses } from './held-pauses.ts'

test('a deploy in the middle of a run costs nothing', async () => {
  const folder = deskFolder()
  const pauses = await holdPauses()
  const first = await startDesk(folder, pauses.env)
  const ada = await DeskClient.signIn(first.url, 'ada')
  const run = await ada.ask(
    await ada.sessionKey(),
    'Book the cheapest flight from Oslo to Lima tomorrow',
  )
  // Somebody is watching, which must not hold up the end.
  const watching = await ada.get(`/agents/runs/${run}/events/`, { accept: 'text/event-stream' })
  pauses.model.open()
  // The seat is booked, and its tool has not answered yet.
  await pauses.tools.openUntil(async () => (await ada.bookings()).length > 0)
  const stopped = first.stop()
  await until(async () => !(await answers(first.url)))
  pauses.tools.open()
  expect(await stopped).toBe(0)
  await watching.body?.cancel().catch(() => {})
  const second = await startDesk(folder, { OFFLINE_DELAY_MS: '0' })
  const after = ada.at(second.url)
  expect(await after.ended(run)).toMatchObject({ status: 'completed', attempt: 2 })
  expect(await after.bookings()).toHaveLength(1)
})

test('killed again and again, it finishes every run and books exactly what was asked for', async () => {
  const folder = deskFolder()
  const seed = Number(process.env.SEED ?? Date.now() % 100_000)
  const random = numbersFrom(seed)
  console.log(`SEED=${seed}`)
  let desk = await startDesk(folder, { OFFLINE_DELAY_MS: '300' })
  const people = await Promise.all(
    ['ada', 'grace', 'linus'].map(async (user) => DeskClient.signIn(desk.url, user)),
  )
  const asked: { client: DeskClient; run: string }[] = []
  const goals = ['Ulaanbaatar', 'Lima', 'Nuuk', 'Da Nang', 'Port of Spain', 'Aix-en-Provence']
  for (const round of goals.keys()) {
    for (const client of people) {
      client.url = desk.url
      const input = `Book the cheapest flight from Trondheim to ${goals[round]} tomorrow`
      asked.push({ client, run: await client.ask(`trip-${round}`, input) })
    }
    await delay(100 + random() * 2500)
    await desk.kill()
    desk = await startDesk(folder, { OFFLINE_DELAY_MS: '300' })
  }
  for (const client of people) client.url = desk.url
  for (const { client, run } of asked) {
    expect(await client.ended(run)).toMatchObject({ status: 'completed' })
    const events = await client.events(run)
    expect(events.map((event) => event.sequence)).toEqual(events.map((_, index) => index + 1))
    expect(events.filter((event) => event.event_type === 'run.completed')).toHaveLength(1)
  }
  for (const client of people) {
    const bookings = await client.bookings()
    expect(bookings).toHaveLength(6)
    expect(new Set(bookings.map((booking) => booking.reference)).size).toBe(6)
  }
}, 180_000)

test('two processes share one database file', async () => {
  const folder = deskFolder()
  const [one, two] = await Promise.all([startDesk(folder), startDesk(folder)])
  const ada = await DeskClient.signIn(one.url, 'ada')
  const adaToo = ada.at(two.url)
  expect(await adaToo.sessionKey()).toBe(await ada.sessionKey())
  const runs = await Promise.all(
    Array.from({ length: 10 }, async (_, index) =>
      (index % 2 ? ada : adaToo).ask(
        `trip-${index}`,
        'Book the cheapest flight from Oslo to Lima tomorrow',
      ),
    ),
  )
  for (const run of runs) {
    expect(await ada.ended(run)).toMatchObject({ status: 'completed', attempt: 1 })
  }
  expect(await adaToo.bookings()).toHaveLength(10)
})

async function answers(url: string): Promise<boolean> {
  return fetch(`${url}/healthz`).then(
    () => true,
    () => false,
  )
}

/** Numbers from 0 to 1, the same for the same seed. */
function numbersFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return state / 4_294_967_296
  }
}
