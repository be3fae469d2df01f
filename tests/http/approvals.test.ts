import { expect, test } from 'vitest'
import { calls, says, scripted } from './agents.ts'
import { testApp, type TestApp } from './app.ts'

const asks = (amount: number) => calls('refund', { amount })

/** A run that waits for Ada, and what it waits for. */
async function asked(app: TestApp, session = 'chat-1') {
  const id = await app.submit({ session_key: session })
  await app.agentic.runs.wait({ owner: 'ada', id, until: 'pause' })
  const [approval] = await app.agentic.approvals.list({ owner: 'ada', runId: id })
  return { runId: id, id: String(approval?.id), path: `approvals/${approval?.id}/` }
}

const json = async (answer: Response) => ({ status: answer.status, ...(await answer.json()) })

test('the inbox has what waits for its owner, the first one first, page by page', async () => {
  const app = testApp(scripted(asks(1), asks(2), asks(3)))
  const ids: string[] = []
  for (const session of ['one', 'two', 'three']) ids.push((await asked(app, session)).id)
  const first = await json(await app.ask('GET', 'approvals/?limit=2'))
  expect(first).toMatchObject({
    status: 200,
    approvals: [
      { approval_id: ids[0], arguments: { amount: 1 } },
      { approval_id: ids[1], arguments: { amount: 2 } },
    ],
    next_cursor: ids[1],
  })
  const rest = await json(await app.ask('GET', `approvals/?limit=2&cursor=${first.next_cursor}`))
  expect(rest).toMatchObject({ approvals: [{ approval_id: ids[2] }], next_cursor: null })
  await app.ask('POST', `approvals/${ids[0]}/`, { body: { decision: 'reject' } })
  const waiting = await json(await app.ask('GET', 'approvals/'))
  expect(waiting.approvals).toHaveLength(2)
  const rejected = await json(await app.ask('GET', 'approvals/?status=rejected'))
  expect(rejected.approvals).toMatchObject([{ approval_id: ids[0], decided_by: 'ada' }])
})

test('at the address of an approval whose run has ended nobody is asked any more', async () => {
  const app = testApp(scripted(asks(5)))
  const { runId, path } = await asked(app)
  const page = async () => (await app.ask('GET', path, { headers: { accept: 'text/html' } })).text()
  expect(await page()).toContain('Allow <strong>refund</strong>?')
  await app.agentic.runs.cancel({ owner: 'ada', id: runId })
  const ended = await page()
  expect(ended).toContain('Nobody decided before the run ended.')
  expect(ended).not.toContain('<form')
})

test('what nobody had decided when its run ended is undecided, wherever one asks', async () => {
  const app = testApp(scripted(asks(5)))
  const { id, runId, path } = await asked(app)
  await app.agentic.runs.cancel({ owner: 'ada', id: runId })
  const get = async (address: string) => json(await app.ask('GET', address))
  const undecided = { approval_id: id, status: 'undecided', decided_by: null, decided_at: null }
  expect(await get(path)).toMatchObject(undecided)
  expect((await get(`runs/${runId}/approvals/`)).approvals).toMatchObject([undecided])
  expect((await get('approvals/?status=undecided')).approvals).toMatchObject([undecided])
  expect((await get('approvals/')).approvals).toEqual([])
  const late = await app.ask('POST', path, { body: { decision: 'approve' } })
  expect(late.status).toBe(409)
  expect(await late.json()).toMatchObject({
    code: 'already_decided',
    error: expect.stringContaining('its run has ended'),
  })
  const ofAdmin = await app.ask('GET', 'admin/approvals/?status=undecided')
  expect(await ofAdmin.text()).toContain('nobody decided before the run ended')
  const events = await app.agentic.runs.events({ owner: 'ada', id: runId })
  expect(events.at(-1)?.type).toBe('run.cancelled')
})

test('an approval says everything there is about it', async () => {
  const app = testApp(scripted(asks(5), says('Refunded')))
  const { id, runId, path } = await asked(app)
  expect(await json(await app.ask('GET', path))).toEqual({
    status: 'pending',
    approval_id: id,
    run_id: runId,
    owner: 'ada',
    path: 'r/m0/t0',
    kind: 'call',
    tool_name: 'refund',
    agent_name: 'Desk',
    arguments: { amount: 5 },
    edited_arguments: null,
    rest_of_run: false,
    message: null,
    result: null,
    decided_by: null,
    created_at: expect.any(String),
    expires_at: null,
    decided_at: null,
  })
})

test.each(['approvals/', 'approvals/ID/'])(
  'a browser that opens %s is shown a page',
  async (at) => {
    const app = testApp(scripted(asks(5)))
    const { id, path } = await asked(app)
    const address = at.replace('ID', id)
    const opened = await app.ask('GET', address, { headers: { accept: 'text/html,*/*;q=0.8' } })
    const page = await opened.text()
    expect(page).toContain('<!doctype html>')
    expect(page).toContain(`action="/agents/${path}"`)
    const polled = await app.ask('GET', address, { headers: { 'hx-request': 'true' } })
    const fragment = await polled.text()
    expect(fragment).toMatch(/^<div class="agent-approvals">/)
    expect(page).toContain(fragment)
  },
)

test('what is no page of the inbox is refused', async () => {
  const { ask } = testApp()
  for (const query of ['status=open', 'limit=0', 'cursor=x']) {
    expect((await ask('GET', `approvals/?${query}`)).status).toBe(400)
  }
})
