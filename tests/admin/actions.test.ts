import { Agent, tool } from '@openai/agents'
import { functionCall } from '@openai/agents/testing'
import { expect, test } from 'vitest'
import { testApp } from '../http/app.ts'
import { calls, says, scripted } from '../http/agents.ts'
import { temporaryDatabase } from '../support/instance.ts'
import { sql } from '../support/sql.ts'
import { TurnModel } from '../support/turn-model.ts'
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
    ['chosen', queued],
    ['chosen', ended],
  ]
  const asked = await textOf(app, act, form([['action', 'cancel'], ...chosen]))
  expect(asked).toMatch(/^Cancel runs Cancel 1 run\? They stop.*Left alone.*It has ended already\./)
  expect((await app.agentic.runs.get({ owner: 'bob', id: queued })).status).toBe('pending')
  const confirmed = form([
    ['action', 'cancel'],
    ['chosen', queued],
    ['confirmed', 'yes'],
  ])
  expect(await textOf(app, act, confirmed)).toContain('Done for 1 run.')
  expect((await app.agentic.runs.get({ owner: 'bob', id: queued })).status).toBe('cancelled')
  const { data } = await app.agentic.admin.audit()
  expect(data).toMatchObject([{ actor: 'ada', action: 'cancel', targetId: queued, owner: 'bob' }])
})

test('of what was chosen and is gone meanwhile it is said that it is gone', async () => {
  const app = testApp(scripted(calls('refund', { amount: 5 }), calls('refund', { amount: 6 })))
  const ids = [await app.submit({ session_key: 'a' }), await app.submit({ session_key: 'b' })]
  for (const id of ids) await app.agentic.runs.wait({ owner: 'ada', id, until: 'pause' })
  const asked = await app.agentic.approvals.list({ owner: 'ada' })
  await app.agentic.runs.cancel({ owner: 'ada', id: String(ids[0]) })
  await app.agentic.admin.runs.purge({ id: String(ids[0]), actor: 'ada' })
  const gone = '1 of those you chose is not there any more.'
  const runs = ids.map((id): [string, string] => ['chosen', id])
  const calling = asked.map(({ id }): [string, string] => ['chosen', id])
  const yes: [string, string] = ['confirmed', 'yes']
  for (const more of [[], [yes]]) {
    expect(
      await textOf(app, decide, form([['decision', 'reject'], ...calling, ...more])),
    ).toContain(gone)
    expect(await textOf(app, act, form([['action', 'cancel'], ...runs, ...more]))).toContain(gone)
  }
  const whole = form([
    ['action', 'cancel'],
    ['chosen', String(ids[1])],
  ])
  expect(await textOf(app, act, whole)).not.toContain('not there')
})

test('a run that has ended is retried or purged, one that has not is neither', async () => {
  const app = testApp()
  const ended = await app.submit({ session_key: 'a' }, 'bob')
  await app.agentic.runs.cancel({ owner: 'bob', id: ended })
  const queued = await app.submit({ session_key: 'b' }, 'bob')
  for (const action of ['retry', 'purge']) {
    const fields: [string, string][] = [
      ['chosen', ended],
      ['chosen', queued],
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
    ['chosen', ended],
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
  const many = Array.from({ length: 201 }, (): [string, string] => ['chosen', crypto.randomUUID()])
  const answer = await app.ask('POST', act, form([['action', 'cancel'], ...many]))
  expect(answer.status).toBe(400)
  expect(await answer.text()).toContain('`chosen` must be 200 at most; got a list of 201.')
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
  const one: [string, string] = ['chosen', String(approval?.id)]
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

test('a call whose arguments are a text is approved as it is by the form of its card', async () => {
  const effects: unknown[] = []
  const say = tool({
    name: 'say',
    description: 'Says it.',
    strict: false,
    parameters: { type: 'object', properties: {}, required: [], additionalProperties: true },
    needsApproval: true,
    execute: (text) => void effects.push(text),
  })
  const model = new TurnModel([functionCall('say', '"all of it"', { callId: 'a' })], 'Said')
  const agents = { desk: () => new Agent({ name: 'Desk', model, tools: [say] }) }
  const app = testApp({ agents, concurrency: 1 })
  const id = await app.submit({}, 'bob')
  await app.agentic.runs.wait({ owner: 'bob', id, until: 'pause' })
  const inbox = await (await app.ask('GET', 'admin/approvals/')).text()
  const fieldOf = (pattern: RegExp) => pattern.exec(inbox)?.[1]?.replaceAll('&quot;', '"') ?? ''
  const fields: [string, string][] = [
    ['chosen', fieldOf(/name="chosen" value="([^"]*)"/)],
    ['confirmed', 'yes'],
    ['decision', 'approve'],
    ['arguments', fieldOf(/name="arguments"[^>]*>([^<]*)</)],
  ]
  expect(await textOf(app, decide, form(fields))).toContain('Decided 1 call.')
  await app.agentic.runs.wait({ owner: 'bob', id })
  expect(effects).toEqual(['all of it'])
})

test('of a call that was cut off its card shows what it was made with', async () => {
  const database = temporaryDatabase()
  const app = testApp({ database, ...scripted(calls('refund', { amount: 500 })) })
  const id = await app.submit({}, 'bob')
  await app.agentic.runs.wait({ owner: 'bob', id, until: 'pause' })
  await sql(
    database,
    `update agentic_approval set interrupted_attempt = 1, edited_arguments = '{"amount":50}'`,
  )
  expect(await textOf(app, 'admin/approvals/')).toMatch(
    /Did refund happen\?.*"amount": 500 .*called with .*"amount": 50 /,
  )
})
