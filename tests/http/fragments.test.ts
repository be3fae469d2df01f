import { expect, test } from 'vitest'
import { calls, held, says, scripted } from './agents.ts'
import { testApp } from './app.ts'

const htmx = { 'hx-request': 'true', accept: 'text/html' }

test('htmx gets the run fragment for a form it posts', async () => {
  const { ask } = testApp()
  const answer = await ask('POST', 'runs/', {
    headers: { ...htmx, 'content-type': 'application/x-www-form-urlencoded' },
    body: 'session_key=chat-1&input=%5B1%5D',
  })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toContain('text/html')
  expect(answer.headers.get('hx-trigger')).toBe('run-update')
  expect(await answer.text()).toContain('data-status="pending"')
})

test('an unfinished fragment polls; a finished one answers htmx 286 and anyone else 200', async () => {
  const model = held('Here you are')
  const { ask, submit, agentic } = testApp(scripted(model.step))
  const id = await submit()
  const poll = async (headers = {}) => ask('GET', `runs/${id}/fragment/`, { headers })
  const before = await poll(htmx)
  expect(before.status).toBe(200)
  expect(before.headers.get('hx-trigger')).toBe('run-update')
  expect(await before.text()).toContain(
    'hx-trigger="load delay:1s, every 2s, sse:run-changed, run-changed"',
  )
  model.release()
  await agentic.runs.wait({ owner: 'ada', id })
  const after = await poll(htmx)
  expect(after.status).toBe(286)
  expect(after.headers.get('hx-trigger')).toBe('run-update')
  const html = await after.text()
  expect(html).toContain('Here you are')
  expect(html).not.toContain('hx-')
  expect((await poll({ 'hx-request': 'true' })).status).toBe(286)
  expect((await poll()).status).toBe(200)
})

test('a poll that would change nothing leaves the page as it is', async () => {
  const { ask, submit } = testApp()
  const id = await submit()
  const html = await (await ask('GET', `runs/${id}/fragment/`, { headers: htmx })).text()
  const [, seen = ''] = /name="seen" value="([^"]*)"/.exec(html) ?? []
  const poll = async () => ask('GET', `runs/${id}/fragment/?seen=${seen}`, { headers: htmx })
  const same = await poll()
  expect(same.status).toBe(204)
  // Nor do other panels have anything new to ask for.
  expect(same.headers.get('hx-trigger')).toBeNull()
  await ask('POST', `runs/${id}/cancel/`)
  const changed = await poll()
  expect(changed.status).toBe(286)
  expect(changed.headers.get('hx-trigger')).toBe('run-update')
})

test('a poll notices what was decided elsewhere, also where events are off', async () => {
  const both = [calls('refund', { amount: 5 }), calls('find_flight', { to: 'LIS' })].flat()
  const { ask, submit, agentic } = testApp({
    ...scripted(both as ReturnType<typeof calls>),
    events: 'off',
    tools: { find_flight: { needsApproval: true } },
  })
  const id = await submit()
  await agentic.runs.wait({ owner: 'ada', id, until: 'pause' })
  const fragment = async (query = '') =>
    ask('GET', `runs/${id}/fragment/${query}`, { headers: htmx })
  const [, seen = ''] = /name="seen" value="([^"]*)"/.exec(await (await fragment()).text()) ?? []
  expect((await fragment(`?seen=${seen}`)).status).toBe(204)
  const [first] = await agentic.approvals.list({ owner: 'ada', runId: id })
  await agentic.approvals.decide({ owner: 'ada', id: String(first?.id), decision: 'reject' })
  const changed = await fragment(`?seen=${seen}`)
  expect(changed.status).toBe(200)
  expect(await changed.text()).not.toContain(String(first?.id))
})

test('tool calls are shown with their arguments and outputs', async () => {
  const script = scripted(calls('find_flight', { to: '<Oslo>' }), says('Found'))
  const { ask, submit, agentic } = testApp(script)
  const id = await submit()
  await agentic.runs.wait({ owner: 'ada', id })
  const html = await (await ask('GET', `runs/${id}/fragment/`)).text()
  expect(html).toContain('find_flight')
  expect(html).toContain('AF1 to &lt;Oslo&gt;')
  expect(html).not.toContain('<Oslo>')
})

test('a call that waits for a person is decided by a form, and the run goes on', async () => {
  const script = scripted(calls('refund', { amount: 5 }), says('Refunded'))
  const { ask, submit, agentic } = testApp(script)
  const id = await submit()
  await agentic.runs.wait({ owner: 'ada', id, until: 'pause' })
  const html = await (await ask('GET', `runs/${id}/fragment/`, { headers: htmx })).text()
  const [, action = ''] = /action="\/agents\/(approvals\/[^"]+)"/.exec(html) ?? []
  const { approvals } = await (await ask('GET', `runs/${id}/approvals/`)).json()
  expect(approvals).toMatchObject([
    { run_id: id, tool_name: 'refund', arguments: { amount: 5 }, status: 'pending' },
  ])
  const decided = await ask('POST', action, { headers: htmx, body: { decision: 'approve' } })
  expect(decided.status).toBe(200)
  expect(await decided.text()).toContain(`id="run-container-${id}"`)
  const end = await agentic.runs.wait({ owner: 'ada', id })
  expect(end).toMatchObject({ status: 'completed', output: 'Refunded' })
  const other = await ask('POST', action, { body: { decision: 'reject', message: 'No' } })
  expect(other.status).toBe(409)
  expect(await other.json()).toMatchObject({ code: 'already_decided' })
  const same = await ask('POST', action, { body: { decision: 'approve' } })
  expect(await same.json()).toMatchObject({ status: 'approved', decided_by: 'ada' })
})

test('the conversation shows stored items, and what was just said, without asking panels to refresh', async () => {
  const model = held('Later')
  const { ask, submit, agentic } = testApp(scripted(model.step))
  const id = await submit({ input: 'First\nline' })
  const panel = async () => ask('GET', 'sessions/chat-1/items/', { headers: htmx })
  const before = await panel()
  expect(before.headers.get('hx-trigger')).toBeNull()
  expect(await before.text()).toContain('First<br />\nline')
  model.release()
  await agentic.runs.wait({ owner: 'ada', id })
  const html = await (await panel()).text()
  expect(html.match(/First<br/g)).toHaveLength(1)
  expect(html).toContain('agent-conversation__item--assistant')
  const empty = await ask('GET', 'sessions/new-one/items/', { headers: htmx })
  expect(empty.status).toBe(200)
  expect(await empty.text()).toContain('No messages yet')
})

test('an error never replaces what htmx shows', async () => {
  const { ask } = testApp()
  const gone = '01890000-0000-7000-8000-000000000001'
  const polled = await ask('GET', `runs/${gone}/fragment/`, { headers: htmx })
  expect(polled.status).toBe(404)
  expect(polled.headers.get('hx-reswap')).toBe('none')
  expect(await polled.json()).toMatchObject({ code: 'not_found' })
  const posted = await ask('POST', 'runs/', {
    headers: { ...htmx, 'content-type': 'application/x-www-form-urlencoded' },
    body: 'session_key=%3Cb%3E&input=x',
  })
  expect(posted.status).toBe(400)
  expect(posted.headers.get('hx-reswap')).toBe('none')
  const html = await posted.text()
  expect(html).toContain('<div id="agentic-error" hx-swap-oob="true">')
  expect(html).toContain('&lt;b&gt;')
  const unsigned = await ask('GET', 'runs/', { user: '', headers: htmx })
  expect(unsigned.headers.get('hx-reswap')).toBe('none')
})

test('a template of the app takes the place of ours', async () => {
  const { ask, submit, agentic } = testApp({
    templates: { run: ({ run }) => `<b data-id="${run.id}"></b>` },
  })
  const id = await submit()
  const answer = await ask('GET', `runs/${id}/fragment/`)
  expect(await answer.text()).toBe(`<b data-id="${id}"></b>`)
  expect(await agentic.renderRun({ owner: 'ada', id })).toBe(`<b data-id="${id}"></b>`)
})

test('the conversation shows what waits for a person, and the newest run when it has failed', async () => {
  const script = scripted(calls('refund', { amount: 5 }), says('Refunded'))
  const { ask, submit, agentic } = testApp({ ...script, runOptions: { maxTurns: 1 } })
  const panel = async () => (await ask('GET', 'sessions/chat-1/items/', { headers: htmx })).text()
  const id = await submit({ input: 'Money back' })
  await agentic.runs.wait({ owner: 'ada', id, until: 'pause' })
  expect(await panel()).toContain('Waiting for approval <strong>refund</strong>')
  const [approval] = await agentic.approvals.list({ owner: 'ada', runId: id })
  await agentic.approvals.decide({ owner: 'ada', id: approval?.id ?? '', decision: 'approve' })
  const { status } = await agentic.runs.wait({ owner: 'ada', id })
  expect(status).toBe('failed')
  const html = await panel()
  expect(html).toContain('agent-conversation__item--error')
  expect(html).toContain('Money back')
  expect(html).not.toContain('Waiting for approval')
})
