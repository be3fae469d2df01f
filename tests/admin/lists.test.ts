import { expect, test } from 'vitest'
import { testApp, type TestApp } from '../http/app.ts'
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

test('the overview counts what is queued and shows what was created', async () => {
  const app = testApp()
  await app.submit({}, 'bob')
  const text = await textOf(app, 'admin/?window=1h')
  expect(text).toMatch(/1 queued, the oldest for \d+ m?s/)
  expect(text).toMatch(/Runs by status .*Queued 1/)
  expect(text).toContain('No worker was heard of in the last day')
})

/** Ids of the runs that the list shows. */
async function idsOn({ ask }: TestApp, path: string): Promise<string[]> {
  const html = await (await ask('GET', path)).text()
  return [...html.matchAll(/name="id" value="([^"]+)"/g)].map(([, id = '']) => id)
}

const runsOn = async (app: TestApp, asked: string) => idsOn(app, `admin/runs/?${asked}`)

/** Where a link with these words leads; empty when there is none. */
async function linkOn({ ask }: TestApp, path: string, words: string): Promise<string> {
  const html = await (await ask('GET', path)).text()
  const [, href = ''] = new RegExp(`href="/agents/([^"]+)"[^>]*>${words}<`).exec(html) ?? []
  return href.replaceAll('&amp;', '&')
}
