import { Agent } from '@openai/agents'
import type { Approval } from 'agentic-node'
import { describe, expect, test } from 'vitest'
import { Hold, notingTool } from '../support/lives.ts'
import { call, results, TurnModel } from '../support/turn-model.ts'
import { interruptedRun, waitingRun } from '../support/waiting.ts'
import { testApp } from './app.ts'

/** Requests go to an instance that executes nothing; another one goes on with the run. */
async function pay(kind: Approval['kind'], calls = 1) {
  const hold = new Hold(kind === 'interrupted')
  const effects: string[] = []
  const turns = Array.from({ length: calls }, () => [call('pay', { note: '100' })])
  const model = new TurnModel(...turns, (request) => results(request).join())
  const agent = () => {
    const tool = notingTool('pay', effects, async (note) => {
      await hold.here()
      return `paid ${note}`
    })
    if (kind === 'call') tool.needsApproval = async () => true
    return new Agent({ name: 'Payer', model, tools: [tool] })
  }
  const story = { agent, events: 'items', tools: { pay: { interrupted: 'ask' } } } as const
  const { second, id, database, pending } = await (kind === 'call'
    ? waitingRun(story)
    : interruptedRun(story, hold.reached))
  const { ask } = testApp({ database })
  const path = `approvals/${pending[0]?.id}/`
  const decide = async (decision: string, more: object = {}) =>
    ask('POST', path, { body: { decision, ...more } })
  const form = async (body: string, headers: Record<string, string> = {}) =>
    ask('POST', path, {
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    })
  const end = async () => second.runs.wait({ owner: 'ada', id, until: 'pause' })
  const see = async () => (await ask('GET', path)).json()
  return { ask, decide, form, end, see, effects, runId: id }
}

describe('a call that waits', () => {
  test('is made with other arguments when whoever approves it changed them; both are kept', async () => {
    const { decide, end, see, effects } = await pay('call')
    const decided = await decide('approve', { arguments: { note: '50' } })
    expect(await decided.json()).toMatchObject({
      ...{ status: 'approved', decided_by: 'ada', decided_at: expect.any(String) },
      ...{ arguments: { note: '100' }, edited_arguments: { note: '50' } },
    })
    expect(await end()).toMatchObject({ status: 'completed', output: 'paid 50 #2' })
    expect(effects).toEqual(['pay:50'])
    expect(await see()).toMatchObject({ edited_arguments: { note: '50' } })
  })

  test('is not said to be changed by a form that sends along what it showed', async () => {
    const { form, see, end } = await pay('call')
    const shown = encodeURIComponent(JSON.stringify({ note: '100' }, null, 2))
    const sent = await form(`decision=approve&arguments=${shown.replaceAll('%0A', '%0D%0A')}`)
    expect(sent.status).toBe(200)
    expect(await see()).toMatchObject({ status: 'approved', edited_arguments: null })
    expect(await end()).toMatchObject({ output: 'paid 100 #2' })
  })

  test('is changed by a form, and waits on where that form has no JSON', async () => {
    const { form, see, end } = await pay('call')
    const wrong = await form('decision=approve&arguments={"note": "5')
    expect(wrong.status).toBe(400)
    expect(await wrong.json()).toEqual({
      code: 'invalid_json',
      error: expect.stringContaining('`arguments` is not valid JSON'),
    })
    expect(await see()).toMatchObject({ status: 'pending' })
    const changed = encodeURIComponent('{"note": "5"}')
    expect((await form(`decision=approve&arguments=${changed}`)).status).toBe(200)
    expect(await end()).toMatchObject({ output: 'paid 5 #2' })
  })

  test.each([
    ['a checkbox', async (it: Pay) => it.form('decision=approve&rest_of_run=true')],
    ['JSON', async (it: Pay) => it.decide('approve', { rest_of_run: true })],
  ])('is decided for the rest of the run by %s', async (_what, send) => {
    const it = await pay('call', 3)
    expect(await (await send(it)).json()).toMatchObject({ rest_of_run: true })
    expect(await it.end()).toMatchObject({ status: 'completed' })
    expect(it.effects).toEqual(['pay:100', 'pay:100', 'pay:100'])
  })

  test('is rejected with words for the agent', async () => {
    const { decide, end, effects } = await pay('call')
    const decided = await decide('reject', { message: 'Too much' })
    expect(await decided.json()).toMatchObject({ status: 'rejected', message: 'Too much' })
    expect(await end()).toMatchObject({ output: 'Too much #2' })
    expect(effects).toEqual([])
  })

  test('is decided once: the same again changes nothing, something else is refused', async () => {
    const { decide, see } = await pay('call')
    const other = { arguments: { note: '50' } }
    expect((await decide('approve', other)).status).toBe(200)
    const before = await see()
    expect(await (await decide('approve', other)).json()).toEqual(before)
    for (const [decision, more] of [
      ['reject', {}],
      ['approve', {}],
      ['approve', { arguments: { note: '1' } }],
    ] as const) {
      const refused = await decide(decision, more)
      expect(refused.status).toBe(409)
      expect(await refused.json()).toMatchObject({ code: 'already_decided' })
    }
    expect(await see()).toEqual(before)
  })

  test.each<[object, string]>([
    [{ decision: 'yes' }, '`decision` must be "approve" or "reject"'],
    [{}, '`decision` is missing'],
    [{ decision: 'done', result: 'x' }, '"approve" and "reject"'],
    [{ decision: 'reject', arguments: { note: '1' } }, '`arguments` was given'],
    [{ decision: 'approve', arguments: 'all of it' }, '`arguments` is a string'],
    [{ decision: 'reject', message: 'x'.repeat(2001) }, '`message` must be text of 2000'],
    [{ decision: 'approve', rest_of_run: 'yes' }, '`rest_of_run` must be true or false'],
    [{ decision: 'approve', decided_by: 'bob' }, '`decided_by` is not accepted'],
  ])('is left waiting by %j', async (body, words) => {
    const { decide, see } = await pay('call')
    const { decision = undefined, ...more } = body as { decision?: string }
    const refused = await decide(decision as string, more)
    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({
      code: 'invalid_request',
      error: expect.stringContaining(words),
    })
    expect(await see()).toMatchObject({ status: 'pending' })
  })

  test('a form sent without a script leads back to its page, and what is wrong is a page', async () => {
    const { form } = await pay('call')
    const headers = { accept: 'text/html', referer: 'http://app.test/desk' }
    const wrong = await form('decision=approve&arguments={', headers)
    expect([wrong.status, wrong.headers.get('content-type')]).toEqual([
      400,
      'text/html; charset=utf-8',
    ])
    const sent = await form('decision=approve&arguments=', headers)
    expect([sent.status, sent.headers.get('location')]).toEqual([303, '/desk'])
  })
})

describe('a call that was cut off', () => {
  test('is answered with what the person says that it came to', async () => {
    const { form, end, see, effects } = await pay('interrupted')
    expect(await see()).toMatchObject({ kind: 'interrupted', status: 'pending', result: null })
    await form('decision=done&result=[paid]')
    expect(await see()).toMatchObject({ status: 'done', result: '[paid]', decided_by: 'ada' })
    expect(await end()).toMatchObject({ status: 'completed', output: '[paid] #2' })
    expect(effects).toEqual(['pay:100'])
  })

  test('is answered with any JSON', async () => {
    const { decide, end, see } = await pay('interrupted')
    await decide('done', { result: { paid: 100 } })
    expect(await see()).toMatchObject({ result: { paid: 100 } })
    expect(await end()).toMatchObject({ output: '{"paid":100} #2' })
  })

  test('is made once more', async () => {
    const { form, end, effects } = await pay('interrupted')
    await form('decision=rerun')
    expect(await end()).toMatchObject({ status: 'completed', output: 'paid 100 #2' })
    expect(effects).toEqual(['pay:100', 'pay:100'])
  })

  test('fails its run', async () => {
    const { form, end, see, ask, runId } = await pay('interrupted')
    await form('decision=fail&message=By+phone')
    expect(await see()).toMatchObject({ status: 'failed', message: 'By phone' })
    expect(await end()).toMatchObject({ status: 'failed', errorCode: 'interrupted' })
    const all = await (await ask('GET', `runs/${runId}/approvals/`)).json()
    expect(all.approvals).toMatchObject([{ kind: 'interrupted', status: 'failed' }])
  })

  test('cannot be approved or rejected', async () => {
    const { decide, see } = await pay('interrupted')
    for (const decision of ['approve', 'reject']) {
      expect((await decide(decision)).status).toBe(400)
    }
    expect(await see()).toMatchObject({ status: 'pending' })
  })
})

type Pay = Awaited<ReturnType<typeof pay>>
