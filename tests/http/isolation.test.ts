import { expect, test } from 'vitest'
import { routes } from '../../src/routes.ts'
import { calls, scripted } from './agents.ts'
import { testApp, type Ask, type TestApp } from './app.ts'

/*
 * Generated from the route table, so a route that is added is swept too: with the ids of another owner, every route
 * answers exactly as with ids that nobody has.
 */

const owned = routes.filter(({ kind }) => kind !== 'static' && kind !== 'admin')
const naming = owned.filter(({ path }) => path.includes(':'))
const listing = owned.filter(({ method, path }) => method === 'GET' && !path.includes(':'))

const nobodys = {
  run_id: '01890000-0000-7000-8000-00000000dead',
  approval_id: '01890000-0000-7000-8000-00000000beef',
  session_key: 'nobodys',
}

/** A conversation of somebody's with a run that waits for them. */
async function thingsOf(app: TestApp, owner: string): Promise<typeof nobodys> {
  const session_key = `${owner}s`
  const id = await app.submit({ session_key }, owner)
  await app.agentic.runs.wait({ owner, id, until: 'pause' })
  const [approval] = await app.agentic.approvals.list({ owner, runId: id })
  return { run_id: id, approval_id: String(approval?.id), session_key }
}

function addressOf(path: string, ids: typeof nobodys): string {
  return path.replaceAll(/:(\w+)/g, (_all, name: keyof typeof nobodys) => ids[name])
}

/** The answer, without the only thing that may differ: what the asker named. */
async function seen(answer: Response, ids: typeof nobodys): Promise<unknown> {
  let text = `${JSON.stringify([...answer.headers])} ${await answer.text()}`
  for (const [name, id] of Object.entries(ids)) text = text.replaceAll(id, name)
  // An ETag follows from the body, which is compared.
  return { status: answer.status, text: text.replace(/\["etag","[^\]]*\]/, '') }
}

const manners: Record<string, Record<string, string>> = {
  JSON: {},
  htmx: { 'hx-request': 'true', accept: 'text/html' },
  stream: { accept: 'text/event-stream' },
}

test.each(naming)('$method $path keeps what is another’s', async ({ method, path }) => {
  const app = testApp(scripted(calls('refund', { amount: 5 })))
  const adas = await thingsOf(app, 'ada')
  const body = path.startsWith('approvals') ? { decision: 'approve' } : {}
  for (const headers of Object.values(manners)) {
    const ask: Ask = { user: 'bob', headers, ...(method === 'POST' ? { body } : {}) }
    const theirs = await app.ask(method, addressOf(path, adas), ask)
    const unknown = await app.ask(method, addressOf(path, nobodys), ask)
    expect(await seen(theirs, adas)).toEqual(await seen(unknown, nobodys))
  }
  const run = await app.agentic.runs.get({ owner: 'ada', id: adas.run_id })
  expect(run).toMatchObject({ status: 'awaiting_approval', cancelRequestedAt: null })
  const own = await app.ask(method, addressOf(path, adas), method === 'POST' ? { body } : {})
  expect(own.status).not.toBe(404)
})

test.each(listing)('$method $path lists one’s own things only', async ({ path }) => {
  const asks = calls('refund', { amount: 5 })
  const app = testApp(scripted(asks, asks))
  const adas = Object.values(await thingsOf(app, 'ada'))
  const bobs = Object.values(await thingsOf(app, 'bob'))
  for (const [user, own, others] of [
    ['ada', adas, bobs],
    ['bob', bobs, adas],
  ] as const) {
    const text = await (await app.ask('GET', path, { user })).text()
    expect(own.filter((thing) => text.includes(`"${thing}"`))).not.toEqual([])
    expect(others.filter((thing) => text.includes(thing))).toEqual([])
  }
  const foreign = await app.ask('GET', 'runs/?session_key=adas', { user: 'bob' })
  expect(await foreign.json()).toEqual({ runs: [], next_cursor: null })
})

test('the same session key is another session for another owner', async () => {
  const app = testApp()
  await app.submit({ session_key: 'chat-1', input: 'of Ada' }, 'ada')
  await app.submit({ session_key: 'chat-1', input: 'of Bob' }, 'bob')
  const headers = { 'hx-request': 'true' }
  const html = await (
    await app.ask('GET', 'sessions/chat-1/items/', { user: 'bob', headers })
  ).text()
  expect(html).toContain('of Bob')
  expect(html).not.toContain('of Ada')
})

test('an idempotency key is one’s own', async () => {
  const app = testApp()
  const adas = await app.submit({ idempotency_key: 'k' }, 'ada')
  const bobs = await app.submit({ idempotency_key: 'k' }, 'bob')
  expect(bobs).not.toBe(adas)
})

test('a cursor made of another’s run shows nothing of it', async () => {
  const app = testApp()
  const adas = await app.submit({ session_key: 'adas' }, 'ada')
  await app.submit({ session_key: 'bobs' }, 'bob')
  const answer = await app.ask('GET', `sessions/bobs/events/?after=${adas}:0`, { user: 'bob' })
  expect(await answer.text()).not.toContain(adas)
})
