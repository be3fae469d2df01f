import { Agent } from '@openai/agents'
import { expect, test } from 'vitest'
import type { SessionItem } from 'agentic-node'
import { calls, scripted } from '../http/agents.ts'
import { testApp, type TestApp } from '../http/app.ts'
import { TurnModel } from '../support/turn-model.ts'
import { textOf } from './text-of.ts'

test('runs are narrowed by the form, which keeps what was asked', async () => {
  const app = testApp()
  const ofAda = await app.submit({ session_key: 'trips' }, 'ada')
  const ofBob = await app.submit({ session_key: 'refunds' }, 'bob')
  await app.agentic.runs.cancel({ owner: 'bob', id: ofBob })
  const today = new Date().toISOString().slice(0, 10)
  for (const [asked, expected] of [
    ['', [ofBob, ofAda]],
    ['status=cancelled', [ofBob]],
    ['owner=ada', [ofAda]],
    ['session=refunds', [ofBob]],
    ['agent=desk&status=&owner=&from=&to=', [ofBob, ofAda]],
    ['agent=other', []],
    [`from=${today}T00:00`, [ofBob, ofAda]],
    [`to=${today}T00:00`, []],
    [
      `text=${ofAda.slice(0, 30)}`,
      [ofBob, ofAda].filter((id) => id.startsWith(ofAda.slice(0, 30))),
    ],
    ['text=trips', [ofAda]],
  ] as const) {
    expect(await runsOn(app, asked), asked).toEqual(expected)
  }
  const html = await (await app.ask('GET', 'admin/runs/?owner=ada&status=cancelled')).text()
  expect(html).toContain('name="owner" type="text" value="ada"')
  expect(html).toContain('<option value="cancelled" selected>')
  expect(html).toContain('No run is like that.')
  expect((await app.ask('GET', 'admin/runs/?from=2026-02-31T00:00')).status).toBe(400)
})

test('an owner with spaces around it is found by it, in every list', async () => {
  const owner = ' bob '
  const app = testApp(scripted(calls('refund', { amount: 5 })))
  const { runs, admin } = app.agentic
  const { id } = await runs.submit({ owner, session: 'chat', input: 'Pay' })
  await runs.wait({ owner, id, until: 'pause' })
  const [asked] = (await admin.approvals.list({ status: 'pending' })).data
  const asks = `owner=${encodeURIComponent(owner)}`
  expect(await runsOn(app, asks)).toEqual([id])
  expect(await textOf(app, `admin/sessions/?${asks}`)).toMatch(/chat bob/)
  expect(await (await app.ask('GET', `admin/approvals/?${asks}`)).text()).toContain(asked?.id)
  await runs.cancel({ owner, id })
  await app.agentic.owners.delete({ owner, actor: 'root' })
  expect(await textOf(app, `admin/audit/?target=${encodeURIComponent(owner)}`)).toContain('root')
})

test('“Older” leads through all runs, and “Newest” back', async () => {
  const app = testApp()
  const ids: string[] = []
  for (let index = 0; index < 60; index += 1) {
    ids.unshift(await app.submit({ session_key: `s${index}` }, 'bob'))
  }
  await app.submit({}, 'ada')
  const first = 'admin/runs/?owner=bob'
  expect(await idsOn(app, first)).toEqual(ids.slice(0, 50))
  const older = await linkOn(app, first, 'Older')
  expect(await idsOn(app, older)).toEqual(ids.slice(50))
  expect(await linkOn(app, older, 'Older')).toBe('')
  expect(await linkOn(app, older, 'Newest')).toBe(first)
})

test('sessions are listed with their conversations behind them', async () => {
  const app = testApp()
  await app.agentic.sessions.add({
    owner: 'bob',
    key: 'trips',
    items: [{ role: 'user', content: 'To *Lisbon*, please' }],
  })
  await app.submit({ session_key: 'trips', input: 'And back' }, 'bob')
  expect(await textOf(app, 'admin/sessions/?text=tri')).toMatch(/trips bob/)
  expect(await textOf(app, 'admin/sessions/?owner=ada')).toContain('No session is like that.')
  const session = await linkOn(app, 'admin/sessions/', 'trips')
  const text = await textOf(app, session)
  expect(text).toContain('To Lisbon, please')
  expect(text).toContain('And back')
})

test('of a conversation’s long texts the page has the beginning, and says how long they are', async () => {
  const app = testApp()
  const long = 'seats '.repeat(150_000)
  const text = (part: string) => ({ type: 'input_text', text: part })
  const items: SessionItem[] = [
    { role: 'user', content: long },
    { role: 'user', content: Array.from({ length: 300 }, () => text('A few more words. ')) },
    {
      ...{ type: 'function_call_result', name: 'find', callId: 'a', status: 'completed' },
      output: text(long),
    },
    { role: 'user', content: 'Short' },
  ]
  await app.agentic.sessions.add({ owner: 'bob', key: 'trips', items })
  const page = await linkOn(app, 'admin/sessions/', 'trips')
  const read = await textOf(app, page)
  expect(read.length).toBeLessThan(15_000)
  expect(read.match(/seat… \(the first 4,000 of 900,000 characters\)/g)).toHaveLength(2)
  expect(read).toMatch(/words\. … \(the first \d+ of 300 parts\).*You Short/)
})

test('the overview counts what is queued and shows what was created', async () => {
  const app = testApp()
  await app.submit({}, 'bob')
  const text = await textOf(app, 'admin/?window=1h')
  expect(text).toMatch(/1 queued, the oldest for \d+ m?s/)
  expect(text).toMatch(/Runs by status .*Queued 1/)
  expect(text).toContain('No worker was heard of in the last day')
})

test('the overview says how long runs took, who used how much, and which workers there are', async () => {
  const model = new TurnModel('Gladly')
  const app = testApp({ concurrency: 3, agents: { desk: () => new Agent({ name: 'D', model }) } })
  const id = await app.submit({}, 'bob')
  await app.agentic.runs.wait({ owner: 'bob', id })
  const text = await textOf(app, 'admin/?window=1h')
  expect(text).toMatch(/How long runs waited and took .*Waited [\d.]+ m?s .*Took [\d.]+ m?s/)
  expect(text).toMatch(/Tokens by agent .*desk 1 /)
  expect(text).toMatch(/Tokens by owner .*bob 1 /)
  expect(text).toMatch(new RegExp(`Workers Host .* ${process.pid} 0 of 3 .*ago`))
})

test('an audit without a line says whether none was found or nobody has acted', async () => {
  const app = testApp()
  expect(await textOf(app, 'admin/audit/?target=')).toContain('Nobody in charge has acted yet.')
  await app.agentic.admin.runs.cancel({ id: await app.submit(), actor: 'kim' })
  expect(await textOf(app, 'admin/audit/')).toMatch(/kim cancel run/)
  const text = await textOf(app, 'admin/audit/?target=somebody')
  expect(text).toContain('No such line.')
  expect(text).not.toContain('Nobody')
})

/** Ids of the runs that the list shows. */
async function idsOn({ ask }: TestApp, path: string): Promise<string[]> {
  const html = await (await ask('GET', path)).text()
  return [...html.matchAll(/name="chosen" value="([^"]+)"/g)].map(([, id = '']) => id)
}

const runsOn = async (app: TestApp, asked: string) => idsOn(app, `admin/runs/?${asked}`)

/** Where a link with these words leads; empty when there is none. */
async function linkOn({ ask }: TestApp, path: string, words: string): Promise<string> {
  const html = await (await ask('GET', path)).text()
  const [, href = ''] = new RegExp(`href="/agents/([^"]+)"[^>]*>${words}<`).exec(html) ?? []
  return href.replaceAll('&amp;', '&')
}
