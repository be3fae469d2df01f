import { createServer } from 'node:http'
import { once } from 'node:events'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { DeskClient } from './desk-client.ts'
import { deskFolder, startDesk } from './desk-server.ts'

test('says one line when it serves, and ends with 0 on SIGTERM', async () => {
  const desk = await startDesk(deskFolder())
  expect(desk.lines).toEqual([
    expect.stringMatching(/^ready on http:\/\/127\.0\.0\.1:\d+ \(pid \d+\)$/),
  ])
  expect(await desk.stop()).toBe(0)
})

test('takes the next free port from 3000 when none is asked for', async () => {
  const other = createServer().listen(3000, '127.0.0.1')
  const isOurs = await Promise.race([
    once(other, 'listening').then(() => true),
    once(other, 'error').then(() => false),
  ])
  const desk = await startDesk(deskFolder(), { PORT: undefined })
  expect(Number(desk.port)).toBeGreaterThan(3000)
  if (isOurs) other.close()
})

test.each([
  [{ PORT: 'soon' }, /PORT is 'soon'/],
  [{ OFFLINE_DELAY_MS: '-1' }, /OFFLINE_DELAY_MS is '-1'/],
  [{ OPENAI_BASE_URL: 'http://127.0.0.1:9', OPENAI_API: 'chat' }, /OPENAI_API is 'chat'/],
  [{ DATABASE_URL: 'mysql://root:secret@db/desk' }, /DATABASE_URL is 'mysql:/],
])('does not start with %o, and says why', async (env, reason) => {
  await expect(startDesk(deskFolder(), env)).rejects.toThrow(reason)
})

test('signs in only those it knows, and out again', async () => {
  const desk = await startDesk(deskFolder())
  await expect(DeskClient.signIn(desk.url, 'mallory')).rejects.toThrow('400')
  await expect(DeskClient.signIn(desk.url, 'constructor')).rejects.toThrow('400')
  const ada = await DeskClient.signIn(desk.url, 'ada')
  expect(await ada.bookings()).toEqual([])
  const out = await ada.post('/log-out')
  expect([out.status, out.headers.get('location')]).toEqual([303, '/'])
  // The cookie itself is worth nothing any more.
  expect((await ada.get('/bookings')).status).toBe(401)
  expect((await ada.get('/agents/runs/')).status).toBe(401)
})

test('refuses the demo login in production unless it is asked for', async () => {
  const folder = deskFolder()
  const closed = await startDesk(folder, { NODE_ENV: 'production' })
  await expect(DeskClient.signIn(closed.url, 'ada')).rejects.toThrow('403')
  const open = await startDesk(folder, { NODE_ENV: 'production', DEMO_LOGIN: 'on' })
  expect(await (await DeskClient.signIn(open.url, 'ada')).bookings()).toEqual([])
})

test('serves its pages without loading the SDK, and loads it for a run', async () => {
  const refuseSdk = new URL('./refuse-sdk.mjs', import.meta.url)
  const desk = await startDesk(deskFolder(), { NODE_OPTIONS: `--import=${refuseSdk}` })
  const ada = await DeskClient.signIn(desk.url, 'ada')
  const run = await ada.ask(await ada.sessionKey(), 'Hello')
  expect(await (await ada.get('/')).text()).toContain('Hello Ada')
  expect(await ada.ended(run)).toMatchObject({ status: 'failed' })
  expect((await ada.run(run)).error).toContain('@openai/agents was loaded')
})

test('refuses forms of other sites', async () => {
  const desk = await startDesk(deskFolder())
  const ada = await DeskClient.signIn(desk.url, 'ada')
  const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
  expect((await ada.post('/new-conversation', {}, foreign)).status).toBe(403)
  expect((await ada.post('/log-out', {}, { origin: 'https://evil.example' })).status).toBe(403)
  expect(await ada.bookings()).toEqual([])
})

test('books once for a message sent twice, for its own user only', async () => {
  const desk = await startDesk(deskFolder(), { OFFLINE_DELAY_MS: '0' })
  const ada = await DeskClient.signIn(desk.url, 'ada')
  const grace = await DeskClient.signIn(desk.url, 'grace')
  const key = await ada.sessionKey()
  const message = 'Book the cheapest flight from Trondheim to Ulaanbaatar tomorrow'
  const [first, second] = await Promise.all([
    ada.ask(key, message, 'k1'),
    ada.ask(key, message, 'k1'),
  ])
  expect(second).toBe(first)
  expect(await ada.ended(first)).toMatchObject({ status: 'completed' })
  const bookings = await ada.bookings()
  expect(bookings).toMatchObject([{ owner: 'ada', passenger: 'ada', origin: 'Trondheim' }])
  expect((await ada.run(first)).final_output).toContain(bookings[0]!.reference)
  expect(await grace.bookings()).toEqual([])
  expect((await grace.get(`/agents/runs/${first}/`)).status).toBe(404)
})

test('works without JavaScript', async () => {
  const desk = await startDesk(deskFolder(), { OFFLINE_DELAY_MS: '0' })
  const ada = await DeskClient.signIn(desk.url, 'ada')
  const form = { session_key: await ada.sessionKey(), input: 'Book AB123' }
  const page = { accept: 'text/html', referer: `${desk.url}/` }
  const sent = await ada.post('/agents/runs/', form, page)
  expect(sent.status).toBe(303)
  expect(new URL(sent.headers.get('location') ?? '', desk.url).pathname).toBe('/')
  await expect.poll(async () => (await ada.get('/')).text()).toMatch(/Booked: AB123/)
})

test('begins a new conversation, and stops what was going on in the old one', async () => {
  const desk = await startDesk(deskFolder(), { OFFLINE_DELAY_MS: '5000' })
  const ada = await DeskClient.signIn(desk.url, 'ada')
  const key = await ada.sessionKey()
  const run = await ada.ask(key, 'Book AB123')
  expect((await ada.post('/new-conversation')).status).toBe(303)
  expect(await ada.sessionKey()).not.toBe(key)
  expect(await ada.ended(run)).toMatchObject({ status: 'cancelled' })
  expect(await ada.bookings()).toEqual([])
})

test('waits while somebody else writes, and serves others meanwhile', async () => {
  const folder = deskFolder()
  const desk = await startDesk(folder)
  const ada = await DeskClient.signIn(desk.url, 'ada')
  const other = new DatabaseSync(join(folder, 'travel-desk.db'), { timeout: 5000 })
  other.exec('begin immediate')
  const grace = DeskClient.signIn(desk.url, 'grace')
  for (let count = 0; count < 5; count += 1) expect(await ada.bookings()).toEqual([])
  other.exec('rollback')
  other.close()
  expect(await (await grace).bookings()).toEqual([])
})
