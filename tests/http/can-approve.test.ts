import type { AgenticOptions } from 'agentic-node'
import { expect, test } from 'vitest'
import { calls, says, scripted } from './agents.ts'
import { testApp, type TestApp } from './app.ts'

const unknown = '01890000-0000-7000-8000-00000000beef'
const htmx = { 'hx-request': 'true', accept: 'text/html' }

type CanApprove = NonNullable<AgenticOptions['canApprove']>

/** A run of Ada's that waits, where somebody else may decide. */
async function asked(canApprove: CanApprove | undefined, more: Partial<AgenticOptions> = {}) {
  const script = scripted(calls('refund', { amount: 5 }), says('Refunded'))
  const app = testApp({ ...script, ...more, ...(canApprove && { canApprove }) })
  const runId = await app.submit()
  await app.agentic.runs.wait({ owner: 'ada', id: runId, until: 'pause' })
  const [approval] = await app.agentic.approvals.list({ owner: 'ada', runId })
  return { app, runId, id: String(approval?.id), path: `approvals/${approval?.id}/` }
}

const user = (request: Request) => request.headers.get('x-user')
const bobMay: CanApprove = (request) => user(request) === 'bob'

/** What is answered to someone about an approval, with its id left out. */
async function answersTo(app: TestApp, who: string, id: string) {
  const answers = []
  for (const [method, headers] of [
    ['GET', {}],
    ['GET', htmx],
    ['POST', {}],
    ['POST', htmx],
  ] as const) {
    const body = method === 'POST' ? { body: { decision: 'approve' } } : {}
    const answer = await app.ask(method, `approvals/${id}/`, { user: who, headers, ...body })
    const text = `${JSON.stringify([...answer.headers])} ${await answer.text()}`
    answers.push({ status: answer.status, text: text.replaceAll(id, 'ID') })
  }
  return answers
}

test('somebody whom the app allows it sees and decides what waits for another, and is named', async () => {
  const { app, runId, path } = await asked(bobMay)
  const seen = await app.ask('GET', path, { user: 'bob' })
  expect(await seen.json()).toMatchObject({ owner: 'ada', tool_name: 'refund', status: 'pending' })
  const body = { decision: 'approve' }
  const decided = await app.ask('POST', path, { user: 'bob', body })
  expect(await decided.json()).toMatchObject({ status: 'approved', decided_by: 'bob' })
  const again = await app.ask('POST', path, { user: 'bob', body })
  expect(again.status).toBe(200)
  const run = await app.agentic.runs.wait({ owner: 'ada', id: runId })
  expect(run).toMatchObject({ status: 'completed', output: 'Refunded' })
})

test('who decides for another is shown the approval, and nothing else of the run', async () => {
  const { app, runId, path } = await asked(bobMay)
  const body = { decision: 'reject', message: 'No' }
  const answer = await app.ask('POST', path, { user: 'bob', headers: htmx, body })
  const html = await answer.text()
  expect(html).toContain('Asked by Desk for ada')
  expect(html).toContain('Rejected by bob')
  expect(html).not.toContain(`run-container-${runId}`)
  for (const address of [`runs/${runId}/`, `runs/${runId}/fragment/`, `runs/${runId}/approvals/`]) {
    expect((await app.ask('GET', address, { user: 'bob' })).status).toBe(404)
  }
  const inbox = await app.ask('GET', 'approvals/?status=rejected', { user: 'bob' })
  expect(await inbox.json()).toEqual({ approvals: [], next_cursor: null })
})

test('whom the app does not allow it is answered as if there were nothing', async () => {
  const { app, id, path } = await asked(bobMay)
  const answers = await answersTo(app, 'eve', id)
  expect(answers).toEqual(await answersTo(app, 'eve', unknown))
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404])
  expect(await (await app.ask('GET', path)).json()).toMatchObject({ status: 'pending' })
})

test('nobody but the owner decides where the app says nothing', async () => {
  const { app, id } = await asked(undefined)
  expect(await answersTo(app, 'bob', id)).toEqual(await answersTo(app, 'bob', unknown))
})

test('an owner whom the app does not allow it sees what waits, and is told that another decides', async () => {
  const { app, path } = await asked(bobMay)
  const decided = await app.ask('POST', path, { body: { decision: 'approve' } })
  expect(decided.status).toBe(403)
  expect(await decided.json()).toMatchObject({ code: 'not_allowed_to_decide' })
  const seen = await app.ask('GET', path)
  expect(await seen.json()).toMatchObject({ status: 'pending' })
})

test('for the rest of a run it is asked about each call that would be decided alike', async () => {
  const refund = (amount: number) => calls('refund', { amount })
  const both = [refund(5), refund(5_000)].flat() as ReturnType<typeof calls>
  const app = testApp({
    ...scripted(both, says('Refunded')),
    canApprove: (request, { arguments: given }) =>
      user(request) === 'bob' && Number((given as { amount: number }).amount) < 100,
  })
  const runId = await app.submit()
  await app.agentic.runs.wait({ owner: 'ada', id: runId, until: 'pause' })
  const pending = async () => app.agentic.approvals.list({ owner: 'ada', runId, status: 'pending' })
  const [small] = await pending()
  const send = async (more: object) =>
    app.ask('POST', `approvals/${small?.id}/`, {
      user: 'bob',
      body: { decision: 'approve', ...more },
    })
  const refused = await send({ rest_of_run: true })
  expect(refused.status).toBe(403)
  expect(await refused.json()).toMatchObject({ code: 'not_allowed_to_decide' })
  expect(await pending()).toHaveLength(2)
  expect((await send({})).status).toBe(200)
  expect(await pending()).toMatchObject([{ arguments: { amount: 5_000 } }])
})

test('it is asked with the approval, and with the framework’s own request', async () => {
  const given: unknown[] = []
  const { app, id } = await asked((_request, approval, original) => {
    given.push({ ...approval, original })
    return true
  })
  const request = new Request(`http://app.test/agents/approvals/${id}/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-user': 'bob' },
    body: '{"decision":"approve"}',
  })
  expect((await app.agentic.fetch(request, { roles: ['manager'] })).status).toBe(200)
  expect(given).toMatchObject([
    {
      ...{ id, owner: 'ada', toolName: 'refund', arguments: { amount: 5 } },
      original: { roles: ['manager'] },
    },
  ])
})

test.each<[string, () => unknown]>([
  ['throws', () => Promise.reject(new Error('the directory is away'))],
  ['answers neither true nor false', () => 'yes'],
])('where it %s nothing is decided, and everybody is told to try again', async (_what, answer) => {
  const told: unknown[] = []
  const error = (fields: unknown) => told.push(fields)
  const logger = { info() {}, warn() {}, error }
  const { app, path } = await asked(answer as CanApprove, { logger })
  for (const who of ['ada', 'bob']) {
    const decided = await app.ask('POST', path, { user: who, body: { decision: 'approve' } })
    expect(decided.status).toBe(503)
    expect(decided.headers.get('retry-after')).toBe('2')
    expect(await decided.json()).toMatchObject({ code: 'approver_unavailable' })
  }
  expect(told).toMatchObject([{ code: 'approver_unavailable' }, { code: 'approver_unavailable' }])
  const [approval] = await app.agentic.approvals.list({ owner: 'ada' })
  expect(approval).toMatchObject({ status: 'pending' })
})
