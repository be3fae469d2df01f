import { expect, test } from 'vitest'
import { testApp } from '../http/app.ts'
import { calls, says, scripted } from '../http/agents.ts'
import { textOf } from './text-of.ts'

const act = 'admin/run-actions/'
const decide = 'admin/decisions/'

/** As a browser sends the boxes of a form. */
function form(fields: [name: string, value: string][]) {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' }
  return { method: 'POST', headers, body: new URLSearchParams(fields).toString() }
}

test('what is to be done is named before it is done, and what cannot be done is left alone', async () => {
  const app = testApp()
  const queued = await app.submit({ session_key: 'a' }, 'bob')
  const ended = await app.submit({ session_key: 'b' }, 'bob')
  await app.agentic.runs.cancel({ owner: 'bob', id: ended })
  const chosen: [string, string][] = [
    ['id', queued],
    ['id', ended],
  ]
  const asked = await textOf(app, act, form([['action', 'cancel'], ...chosen]))
  expect(asked).toMatch(/^Cancel runs Cancel 1 run\? They stop.*Left alone.*It has ended already\./)
  expect((await app.agentic.runs.get({ owner: 'bob', id: queued })).status).toBe('pending')
  const confirmed = form([
    ['action', 'cancel'],
    ['id', queued],
    ['confirmed', 'yes'],
  ])
  expect(await textOf(app, act, confirmed)).toContain('Done for 1 run.')
  expect((await app.agentic.runs.get({ owner: 'bob', id: queued })).status).toBe('cancelled')
  const { data } = await app.agentic.admin.audit()
  expect(data).toMatchObject([{ actor: 'ada', action: 'cancel', targetId: queued, owner: 'bob' }])
})

test('a run that has ended is retried or purged, one that has not is neither', async () => {
  const app = testApp()
  const ended = await app.submit({ session_key: 'a' }, 'bob')
  await app.agentic.runs.cancel({ owner: 'bob', id: ended })
  const queued = await app.submit({ session_key: 'b' }, 'bob')
  for (const action of ['retry', 'purge']) {
    const fields: [string, string][] = [
      ['id', ended],
      ['id', queued],
      ['confirmed', 'yes'],
    ]
    const said = await textOf(app, act, form([['action', action], ...fields]))
    expect(said, action).toContain('Done for 1 run, not for 1 run.')
  }
  expect(await textOf(app, 'admin/audit/')).toMatch(/ada purge run .* ada retry run/)
  const gone = await app.ask('GET', `admin/runs/${ended}/`)
  expect(gone.status).toBe(404)
  const { data } = await app.agentic.runs.list({ owner: 'bob' })
  expect(data.map(({ id, retryOf }) => ({ id, retryOf }))).toMatchObject([
    { retryOf: ended },
    { id: queued, retryOf: null },
  ])
})

test('a retry that was meant once starts one run, however often its button is pressed', async () => {
  const app = testApp()
  const ended = await app.submit({ session_key: 'a' }, 'bob')
  await app.agentic.runs.cancel({ owner: 'bob', id: ended })
  const chosen: [string, string][] = [
    ['action', 'retry'],
    ['id', ended],
  ]
  const page = async () => (await app.ask('POST', act, form(chosen))).text()
  const press = async (asked: string) => {
    const once = /name="once" value="([^"]+)"/.exec(asked)?.[1] ?? ''
    return textOf(app, act, form([...chosen, ['confirmed', 'yes'], ['once', once]]))
  }
  const asked = await page()
  const answers = await Promise.all([press(asked), press(asked), press(asked)])
  expect(new Set(answers).size).toBe(1)
  const runsOfBob = async () => (await app.agentic.runs.list({ owner: 'bob' })).data.length
  expect(await runsOfBob()).toBe(2)
  expect(await app.agentic.admin.audit()).toMatchObject({ data: [{ action: 'retry' }] })
  await press(await page())
  expect(await runsOfBob()).toBe(3)
})

test('nothing chosen is nothing done, and too much is refused', async () => {
  const app = testApp()
  const none = await textOf(
    app,
    act,
    form([
      ['action', 'cancel'],
      ['confirmed', 'yes'],
    ]),
  )
  expect(none).toContain('No run was chosen')
  const many = Array.from({ length: 201 }, (): [string, string] => ['id', crypto.randomUUID()])
  const answer = await app.ask('POST', act, form([['action', 'cancel'], ...many]))
  expect(answer.status).toBe(400)
  expect(await answer.text()).toContain('`id` must be 200 at most; got a list of 201.')
  const gone = await textOf(
    app,
    act,
    form([['action', 'purge'], ...many.slice(1), ['confirmed', 'yes']]),
  )
  expect(gone).toContain('Done for 0 runs.')
})

test('a call is rejected with a message, once', async () => {
  const app = testApp(scripted(calls('refund', { amount: 5 }), says('Sorry')))
  const id = await app.submit({}, 'bob')
  await app.agentic.runs.wait({ owner: 'bob', id, until: 'pause' })
  const [approval] = await app.agentic.approvals.list({ owner: 'bob', runId: id })
  const one: [string, string] = ['id', String(approval?.id)]
  const asked = await textOf(app, decide, form([['decision', 'reject'], one]))
  expect(asked).toMatch(/Decide 1 call\? .*refund bob .*\{"amount":5\}/)
  expect(await textOf(app, 'admin/approvals/')).toContain('May refund be called?')
  const rejected = form([
    ['decision', 'reject'],
    one,
    ['confirmed', 'yes'],
    ['message', 'Too much'],
  ])
  expect(await textOf(app, decide, rejected)).toContain('Decided 1 call.')
  const approved = form([['decision', 'approve'], one, ['confirmed', 'yes']])
  expect(await textOf(app, decide, approved)).toContain('Decided 0 calls; 1 could not be.')
  const done = await app.agentic.runs.wait({ owner: 'bob', id })
  expect(done).toMatchObject({ status: 'completed', output: 'Sorry' })
  expect(await textOf(app, 'admin/approvals/')).toContain('Nothing waits for a person.')
  expect(await textOf(app, 'admin/approvals/?status=rejected')).toMatch(
    /refund bob .*rejected by ada after .*, saying “Too much”/,
  )
})
