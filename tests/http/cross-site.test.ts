import { expect, test } from 'vitest'
import { testApp } from './app.ts'

const behindProxy = {
  publicOrigin: 'https://desk.example',
  trustedOrigins: ['https://app.example'],
}

/** What a submit with these headers is answered: `pending`, or the code of its refusal. */
async function outcomeOf(headers: Record<string, string>, options = {}): Promise<string> {
  const { ask } = testApp(options)
  const answer = await ask('POST', 'runs/', {
    headers,
    body: { session_key: 'chat-1', input: 'Hello' },
  })
  const { status, code } = await answer.json()
  return status ?? `${answer.status} ${code}`
}

const cookie = { cookie: 'sid=1' }

test.each<[string, Record<string, string>]>([
  ['says it is of the same origin', { ...cookie, 'sec-fetch-site': 'same-origin' }],
  ['was typed by the user', { ...cookie, 'sec-fetch-site': 'none' }],
  ['says nothing and has no cookie', {}],
  ['brings a token and no cookie', { authorization: 'Bearer x', origin: 'https://evil.example' }],
  ['comes from the request’s own origin', { ...cookie, origin: 'http://app.test' }],
])('a request that %s is accepted', async (_what, headers) => {
  expect(await outcomeOf(headers)).toBe('pending')
})

test.each<[string, Record<string, string>]>([
  ['of another site', { ...cookie, 'sec-fetch-site': 'cross-site' }],
  ['of a neighbour', { ...cookie, 'sec-fetch-site': 'same-site' }],
  ['without a cookie', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
  ['of another origin', { ...cookie, origin: 'https://evil.example' }],
  ['of the other scheme', { ...cookie, origin: 'https://app.test' }],
  ['of another port', { ...cookie, origin: 'http://app.test:8080' }],
  ['without an origin to name', { ...cookie, origin: 'null' }],
  ['of something that tells nothing but has a cookie', cookie],
  [
    'that claims our origin against its browser’s word',
    { ...cookie, 'sec-fetch-site': 'cross-site', origin: 'http://app.test' },
  ],
  [
    'with a token and a cookie',
    { ...cookie, authorization: 'Bearer x', origin: 'https://evil.example' },
  ],
  [
    'with credentials that browsers send by themselves',
    { authorization: 'Basic eDp5', origin: 'https://evil.example' },
  ],
])('a request %s is refused', async (_what, headers) => {
  expect(await outcomeOf(headers)).toBe('403 cross_site')
})

test('trusted origins and the public origin are accepted, whatever the browser calls them', async () => {
  for (const origin of ['https://desk.example', 'https://app.example']) {
    expect(await outcomeOf({ ...cookie, origin }, behindProxy)).toBe('pending')
    const headers = { ...cookie, origin, 'sec-fetch-site': 'cross-site' }
    expect(await outcomeOf(headers, behindProxy)).toBe('pending')
  }
})

test('with a public origin, the internal address is no origin of ours', async () => {
  expect(await outcomeOf({ ...cookie, origin: 'http://app.test' }, behindProxy)).toBe(
    '403 cross_site',
  )
})

test('reading is never refused, and a refused request changes nothing', async () => {
  const { ask, agentic, submit } = testApp()
  const id = await submit()
  const headers = { ...cookie, 'sec-fetch-site': 'cross-site' }
  expect((await ask('GET', `runs/${id}/`, { headers })).status).toBe(200)
  expect((await ask('POST', `runs/${id}/cancel/`, { headers })).status).toBe(403)
  expect((await ask('DELETE', 'sessions/chat-1/', { headers })).status).toBe(403)
  expect((await agentic.runs.get({ owner: 'ada', id })).status).toBe('pending')
})
