import { expect, test } from 'vitest'
import { routes } from '../../src/routes.ts'
import { says, scripted } from './agents.ts'
import { testApp } from './app.ts'

test('a run is submitted, watched to its end and read back', async () => {
  const { ask, agentic, submit } = testApp(scripted(says('At your service')))
  const id = await submit({ config: { max_turns: 3 }, context: { locale: 'de' } })
  await agentic.runs.wait({ owner: 'ada', id })
  const run = await (await ask('GET', `runs/${id}/`)).json()
  expect(run).toMatchObject({
    run_id: id,
    session_key: 'chat-1',
    agent_key: 'desk',
    status: 'completed',
    final_output: 'At your service',
    error: null,
    error_code: null,
    attempt: 1,
    usage: { requests: 1 },
    blocked_by: null,
    cancel_requested: false,
    retry_of: null,
  })
  const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
  for (const name of ['created_at', 'started_at', 'finished_at']) expect(run[name]).toMatch(moment)
  const { items } = await (await ask('GET', 'sessions/chat-1/items/')).json()
  expect(items.map((item: { role: string }) => item.role)).toEqual(['user', 'assistant'])
})

test('submitting answers with the id and the status', async () => {
  const { ask } = testApp()
  const answer = await ask('POST', 'runs/', { body: { session_key: 'chat-1', input: 'Hello' } })
  expect(answer.status).toBe(200)
  expect(await answer.json()).toEqual({ run_id: expect.any(String), status: 'pending' })
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(answer.headers.get('vary')).toBe('HX-Request, Accept')
})

test('the same idempotency key names the same run, in the body or the header', async () => {
  const { ask, submit, agentic } = testApp()
  const id = await submit({ idempotency_key: 'order 42' })
  const headers = { 'idempotency-key': 'order 42' }
  const body = { session_key: 'chat-1', input: 'Hello' }
  const again = await ask('POST', 'runs/', { headers, body })
  expect(again.status).toBe(200)
  expect(await again.json()).toEqual({ run_id: id, status: 'pending', is_new: false })
  expect((await agentic.runs.list({ owner: 'ada' })).data).toHaveLength(1)
})

test('another message that a page sends under the key of the last one is a run of its own, sent twice or not', async () => {
  const { ask, agentic } = testApp()
  const send = async (input: string) => {
    const body = { session_key: 'chat-1', input, idempotency_key: 'form 1' }
    const answer = await ask('POST', 'runs/', { headers: { 'hx-request': 'true' }, body })
    return /data-run-id="([^"]+)"/.exec(await answer.text())?.[1]
  }
  const first = await send('First')
  expect(await send('First')).toBe(first)
  const other = await send('Something else altogether')
  expect(await send('Something else altogether')).toBe(other)
  expect(await send('First')).toBe(first)
  const { data } = await agentic.runs.list({ owner: 'ada' })
  expect(data.map(({ input }) => input)).toEqual(['Something else altogether', 'First'])
})

test('a list of user items arrives as it was sent', async () => {
  const { submit, agentic } = testApp()
  const input = [{ role: 'user', content: [{ type: 'input_text', text: 'Grüße 🛫' }] }]
  const id = await submit({ input })
  expect((await agentic.runs.get({ owner: 'ada', id })).input).toEqual(input)
})

test('cancel and retry answer with the run', async () => {
  const { ask, submit } = testApp()
  const id = await submit()
  const early = await ask('POST', `runs/${id}/retry/`)
  expect(early.status).toBe(409)
  expect(await early.json()).toMatchObject({ code: 'run_not_finished' })
  const cancelled = await ask('POST', `runs/${id}/cancel/`)
  expect(await cancelled.json()).toMatchObject({ run_id: id, status: 'cancelled' })
  const again = await ask('POST', `runs/${id}/cancel/`)
  expect(await again.json()).toMatchObject({ run_id: id, status: 'cancelled' })
  const retried = await ask('POST', `runs/${id}/retry/`)
  expect(await retried.json()).toMatchObject({ retry_of: id, status: 'pending' })
})

test('lists are paged, newest first', async () => {
  const { ask, submit } = testApp()
  const ids = []
  for (let count = 0; count < 5; count += 1) {
    ids.unshift(await submit({ session_key: `chat-${count}` }))
  }
  const read: string[] = []
  let cursor = ''
  for (let pages = 0; pages < 3; pages += 1) {
    const page = await (await ask('GET', `runs/?limit=2${cursor}`)).json()
    read.push(...page.runs.map((run: { run_id: string }) => run.run_id))
    cursor = `&cursor=${page.next_cursor}`
  }
  expect(read).toEqual(ids)
  expect(cursor).toBe('&cursor=null')
  const sessions = await (await ask('GET', 'sessions/?limit=4')).json()
  expect(sessions.sessions).toHaveLength(4)
  const rest = await (await ask('GET', `sessions/?limit=4&cursor=${sessions.next_cursor}`)).json()
  expect(rest).toMatchObject({ sessions: [{ metadata: {} }], next_cursor: null })
  const filtered = await (await ask('GET', 'runs/?session_key=chat-3&status=pending')).json()
  expect(filtered.runs).toHaveLength(1)
})

test('a session goes with its runs, but not under an unfinished one', async () => {
  const { ask, submit } = testApp()
  const id = await submit()
  const busy = await ask('DELETE', 'sessions/chat-1/')
  expect(busy.status).toBe(409)
  expect(await busy.json()).toMatchObject({ code: 'session_busy' })
  await ask('POST', `runs/${id}/cancel/`)
  expect((await ask('DELETE', 'sessions/chat-1/')).status).toBe(204)
  expect((await ask('GET', 'sessions/chat-1/items/')).status).toBe(404)
  expect((await ask('GET', `runs/${id}/`)).status).toBe(404)
})

test('what has not changed is answered 304', async () => {
  const { ask, submit } = testApp()
  const id = await submit()
  const first = await ask('GET', `runs/${id}/`)
  expect(first.headers.get('cache-control')).toBe('private, no-cache')
  const headers = { 'if-none-match': `W/${first.headers.get('etag')}` }
  const second = await ask('GET', `runs/${id}/`, { headers })
  expect(second.status).toBe(304)
  expect(await second.text()).toBe('')
  await ask('POST', `runs/${id}/cancel/`)
  expect((await ask('GET', `runs/${id}/`, { headers })).status).toBe(200)
})

test('every address answers with and without its last slash, and under the base path only', async () => {
  const { ask, submit, agentic } = testApp()
  const id = await submit()
  expect((await ask('GET', `runs/${id}`)).status).toBe(200)
  expect((await ask('GET', 'runs')).status).toBe(200)
  const headers = { 'x-user': 'ada' }
  const outside = await agentic.fetch(new Request('http://app.test/runs/', { headers }))
  expect(outside.status).toBe(404)
})

test.each([
  ['PUT', 'runs/', 'POST, GET, HEAD'],
  ['PATCH', 'sessions/chat-1/', 'DELETE'],
  ['GET', 'sessions/chat-1/', 'DELETE'],
  ['DELETE', 'runs/01890000-0000-7000-8000-000000000001/', 'GET, HEAD'],
  ['OPTIONS', 'sessions/', 'GET, HEAD'],
])('%s %s is answered 405 with what is allowed', async (method, path, allowed) => {
  const { ask } = testApp()
  const answer = await ask(method, path)
  expect(answer.status).toBe(405)
  expect(answer.headers.get('allow')).toBe(allowed)
  expect(await answer.json()).toMatchObject({ code: 'method_not_allowed' })
})

test('a rate limit says when to come back', async () => {
  const { ask, submit } = testApp({ limits: { rate: '1/m' } })
  await submit()
  const answer = await ask('POST', 'runs/', { body: { session_key: 'chat-1', input: 'Hello' } })
  expect(answer.status).toBe(429)
  expect(await answer.json()).toMatchObject({ code: 'rate_limited' })
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
})

test('the table has every route once', () => {
  const lines = routes.map(({ method, path }) => `${method} ${path}`)
  expect(new Set(lines).size).toBe(lines.length)
  expect(routes.filter((route) => !route.path.endsWith('/'))).toEqual([])
})
