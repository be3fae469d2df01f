import { expect, test } from 'vitest'
import { testApp } from './app.ts'

/** What a browser without JavaScript sends with a form. */
const browser = {
  accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
  'content-type': 'application/x-www-form-urlencoded',
}
const body = 'session_key=chat-1&input=Hello'

test('a form sent without a script leads back to its page', async () => {
  const { ask, agentic } = testApp()
  const headers = { ...browser, referer: 'http://app.test/chat?tab=1#end' }
  const sent = await ask('POST', 'runs/', { headers, body })
  expect(sent.status).toBe(303)
  expect(sent.headers.get('location')).toBe('/chat?tab=1')
  const [run] = (await agentic.runs.list({ owner: 'ada' })).data
  const cancelled = await ask('POST', `runs/${run?.id}/cancel/`, { headers, body: '' })
  expect(cancelled.status).toBe(303)
  const after = await agentic.runs.get({ owner: 'ada', id: String(run?.id) })
  expect(after.status).toBe('cancelled')
})

test('behind a proxy the browser’s word or the public origin says which pages are ours', async () => {
  const referer = 'https://desk.example/chat'
  const trusting = testApp()
  const headers = { ...browser, referer, 'sec-fetch-site': 'same-origin' }
  const byBrowser = await trusting.ask('POST', 'runs/', { headers, body })
  expect(byBrowser.headers.get('location')).toBe('/chat')
  const told = testApp({ publicOrigin: 'https://desk.example' })
  const byOrigin = await told.ask('POST', 'runs/', { headers: { ...browser, referer }, body })
  expect(byOrigin.headers.get('location')).toBe('/chat')
})

test.each([
  ['no page', undefined],
  ['a page of another site', 'https://evil.example/'],
  ['no address at all', 'not an address'],
])('a form that names %s is answered in JSON', async (_what, referer) => {
  const { ask } = testApp()
  const headers = { ...browser, ...(referer === undefined ? {} : { referer }) }
  const answer = await ask('POST', 'runs/', { headers, body })
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({ status: 'pending' })
})

test('the way back never leads to another site', async () => {
  const { ask } = testApp()
  const headers = { ...browser, referer: 'http://app.test//evil.example/path' }
  const answer = await ask('POST', 'runs/', { headers, body })
  expect(answer.headers.get('location')).toBe('/evil.example/path')
})

test('a mistake is shown as a page with words', async () => {
  const { ask } = testApp()
  const answer = await ask('POST', 'runs/', { headers: browser, body: 'session_key=<i>&input=x' })
  expect(answer.status).toBe(400)
  const html = await answer.text()
  expect(html).toContain('<!doctype html>')
  expect(html).toContain('href="/agents/static/agentic.css"')
  expect(html).toContain('`session_key` must be text')
  expect(html).not.toContain('<i>')
})
