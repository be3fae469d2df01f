import { expect, test } from 'vitest'
import { instance } from '../support/instance.ts'

const owner = 'ada'

test('unsafe methods from another site are refused and change nothing', async () => {
  const agentic = instance({ concurrency: 0 })
  const { id } = await agentic.runs.submit({ owner, session: 'chat', input: 'Hi' })
  const ask = async (method: string, path: string, site: Record<string, string>) => {
    const headers = {
      'x-user': owner,
      cookie: 'sid=1',
      'content-type': 'application/json',
      ...site,
    }
    const body = method === 'POST' ? JSON.stringify({ session_key: 'other', input: 'Hi' }) : null
    const url = `http://app.test/agents/${path}`
    return agentic.fetch(new Request(url, { method, headers, body }))
  }
  const sites: Record<string, string>[] = [
    { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    { 'sec-fetch-site': 'same-site', origin: 'http://other.app.test' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    {},
  ]
  const targets = [
    ['POST', 'runs/'],
    ['POST', `runs/${id}/cancel/`],
    ['DELETE', 'sessions/chat/'],
  ] as const
  for (const site of sites) {
    for (const [method, path] of targets) {
      const answer = await ask(method, path, site)
      expect(answer.status, `${method} ${path} ${JSON.stringify(site)}`).toBe(403)
      expect(await answer.json()).toMatchObject({ code: 'cross_site' })
    }
  }
  const { data } = await agentic.runs.list({ owner })
  expect(data).toMatchObject([{ id, status: 'pending', cancelRequestedAt: null }])
  const own = { 'sec-fetch-site': 'same-origin' }
  expect((await ask('POST', 'runs/', own)).status).toBe(200)
})
