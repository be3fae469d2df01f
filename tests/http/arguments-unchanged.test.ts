import { Agent, tool } from '@openai/agents'
import { functionCall } from '@openai/agents/testing'
import { expect, test } from 'vitest'
import { TurnModel } from '../support/turn-model.ts'
import { testApp, type TestApp } from './app.ts'

const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
/** What no form of anybody's may say, and a model said all the same. */
const odd = {
  'a NUL character': '{"note":"a\\u0000b"}',
  'half of a character': '{"note":"a\\ud800b"}',
  'a forbidden key': '{"__proto__":{"x":1}}',
  'too many levels': nested(70),
  'line ends and markup': JSON.stringify({ note: '</textarea>\r\n\t&amp;<!--\u2028' }),
}

/** A run that waits whether its call with these arguments may be made. */
async function waiting(args: string, inputBytes = 1_000_000) {
  const pay = tool({
    name: 'pay',
    description: 'Pays.',
    strict: false,
    parameters: { type: 'object', properties: {}, required: [], additionalProperties: true },
    needsApproval: true,
    execute: () => 'paid',
  })
  const model = new TurnModel([functionCall('pay', args, { callId: 'a' })], 'Paid')
  const agents = { desk: () => new Agent({ name: 'Desk', model, tools: [pay] }) }
  const app = testApp({ agents, concurrency: 1, limits: { inputBytes } })
  const id = await app.submit()
  await app.agentic.runs.wait({ owner: 'ada', id, until: 'pause' })
  const [approval] = await app.agentic.approvals.list({ owner: 'ada' })
  const approvalId = String(approval?.id)
  const places = {
    fragment: { page: `runs/${id}/fragment/`, action: `approvals/${approvalId}/`, more: [] },
    admin: {
      page: 'admin/approvals/',
      action: 'admin/decisions/',
      more: [
        ['chosen', approvalId],
        ['confirmed', 'yes'],
      ],
    },
  }
  const get = async () => app.agentic.approvals.get({ owner: 'ada', id: approvalId })
  return { app, places, get }
}

/** The fields for arguments as a browser sends them that shows this page. */
async function shownBy(app: TestApp, page: string): Promise<string[][]> {
  const html = await (await app.ask('GET', page)).text()
  const plain = (text: string) =>
    [
      ['&quot;', '"'],
      ['&lt;', '<'],
      ['&gt;', '>'],
      ['&#39;', "'"],
      ['&amp;', '&'],
    ].reduce((all, [entity, character]) => all.replaceAll(entity!, character!), text)
  const area = /<textarea[^>]*name="arguments"[^>]*>([^<]*)</.exec(html)?.[1]
  if (area === undefined) return []
  const shown = /name="arguments_shown" value="([^"]*)"/.exec(html)?.[1] ?? ''
  return [
    ['arguments', plain(area).replaceAll(/\r?\n/g, '\r\n')],
    ['arguments_shown', shown],
  ]
}

const headers = { 'content-type': 'application/x-www-form-urlencoded' }

for (const place of ['fragment', 'admin'] as const) {
  test.each(Object.entries(odd))(
    `arguments with %s are approved in the ${place} as the model sent them`,
    async (_name, args) => {
      const { app, places, get } = await waiting(args)
      const { page, action, more } = places[place]
      const shown = await shownBy(app, page)
      expect(shown).toHaveLength(2)
      const body = new URLSearchParams([...more, ['decision', 'approve'], ...shown]).toString()
      expect((await app.ask('POST', action, { headers, body })).status).toBeLessThan(400)
      expect(await get()).toMatchObject({ status: 'approved', editedArguments: null })
    },
  )

  test(`arguments longer than a form of the ${place} may be are approved, and cannot be changed`, async () => {
    const args = JSON.stringify({ note: 'я'.repeat(12_000) })
    const { app, places, get } = await waiting(args, 1_000)
    const { page, action, more } = places[place]
    expect(await shownBy(app, page)).toEqual([])
    const body = new URLSearchParams([...more, ['decision', 'approve']]).toString()
    expect((await app.ask('POST', action, { headers, body })).status).toBeLessThan(400)
    expect(await get()).toMatchObject({ status: 'approved', editedArguments: null })
  })
}

test('arguments that somebody changed are checked, also where the form says what it had shown', async () => {
  const { app, places, get } = await waiting('{"note":"a"}')
  const { page, action } = places.fragment
  const [, shown] = await shownBy(app, page)
  const send = async (text: string) => {
    const body = new URLSearchParams([['decision', 'approve'], ['arguments', text], shown!])
    return (await app.ask('POST', action, { headers, body: body.toString() })).status
  }
  expect(await send('{"note":"\\u0000"}')).toBe(400)
  expect(await send('{"note":"b"}')).toBe(200)
  expect(await get()).toMatchObject({ status: 'approved', editedArguments: { note: 'b' } })
})
