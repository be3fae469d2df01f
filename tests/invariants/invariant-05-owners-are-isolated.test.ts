import { expect, test } from 'vitest'
import { instance } from '../support/instance.ts'

const unknown = '01890000-0000-7000-8000-00000000dead'

test('someone else’s id answers exactly as an unknown one', async () => {
  const agentic = instance()
  const ask = async (path: string, method = 'GET', more: Record<string, string> = {}) => {
    const headers = { 'x-user': 'bob', ...more }
    const url = `http://app.test/agents/${path}`
    const answer = await agentic.fetch(new Request(url, { method, headers }))
    return { status: answer.status, body: (await answer.text()).replaceAll(/[0-9a-f-]{36}/g, 'ID') }
  }
  const { id } = await agentic.runs.submit({ owner: 'ada', session: 'adas', input: 'Hi' })
  await agentic.runs.wait({ owner: 'ada', id })
  for (const path of ['', 'fragment/', 'events/', 'approvals/']) {
    const theirs = await ask(`runs/${id}/${path}`)
    expect(theirs, path).toEqual(await ask(`runs/${unknown}/${path}`))
    expect(theirs.status).toBe(404)
  }
  // `*` is any version there is.
  const anyVersion = { 'if-none-match': '*' }
  const seen = await ask(`runs/${id}/`, 'GET', anyVersion)
  expect(seen).toEqual(await ask(`runs/${unknown}/`, 'GET', anyVersion))
  expect(seen.status).toBe(404)
  for (const path of ['cancel/', 'retry/']) {
    const theirs = await ask(`runs/${id}/${path}`, 'POST')
    expect(theirs, path).toEqual(await ask(`runs/${unknown}/${path}`, 'POST'))
  }
  const calls = [
    agentic.runs.get({ owner: 'bob', id }),
    agentic.runs.wait({ owner: 'bob', id }),
    agentic.runs.events({ owner: 'bob', id }),
    agentic.runs.cancel({ owner: 'bob', id }),
    agentic.runs.retry({ owner: 'bob', id }),
    agentic.sessions.items({ owner: 'bob', key: 'adas' }),
    agentic.sessions.delete({ owner: 'bob', key: 'adas' }),
  ]
  for (const call of await Promise.allSettled(calls)) {
    expect(call).toMatchObject({ status: 'rejected', reason: { code: 'not_found' } })
  }
})
