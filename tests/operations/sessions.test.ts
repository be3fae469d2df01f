import { expect, test } from 'vitest'
import { instance } from '../support/instance.ts'

test('sessions are listed across owners by their last use, in pages, and found by key, owner or id', async () => {
  const agentic = instance({ concurrency: 0 })
  const item = { role: 'user', content: 'Hi' }
  const add = async (owner: string, key: string) =>
    agentic.sessions.add({ owner, key, items: [item] })
  for (const owner of ['ada', 'bob'])
    for (const key of ['one', 'only', 'two']) await add(owner, key)
  await add('ada', 'one')
  const { sessions } = agentic.admin
  const names = (page: Awaited<ReturnType<typeof sessions.list>>) =>
    page.data.map(({ owner, key }) => `${owner}/${key}`)
  const all = await sessions.list()
  expect(new Set(names(all)).size).toBe(6)
  const used = all.data.map(({ updatedAt }) => updatedAt)
  expect(used).toEqual(used.toSorted((a, b) => b - a))
  const first = await sessions.list({ limit: 4 })
  const rest = await sessions.list({ limit: 4, cursor: String(first.nextCursor) })
  expect([...names(first), ...names(rest)]).toEqual(names(all))
  expect(rest.nextCursor).toBeNull()
  expect(names(await sessions.list({ owner: 'bob' })).sort()).toEqual([
    'bob/one',
    'bob/only',
    'bob/two',
  ])
  expect(names(await sessions.list({ text: 'on' })).sort()).toEqual([
    ...['ada/one', 'ada/only', 'bob/one', 'bob/only'],
  ])
  expect(names(await sessions.list({ text: 'bob' }))).toHaveLength(3)
  expect(names(await sessions.list({ text: 'one', owner: 'bob' }))).toEqual(['bob/one'])
  const id = String(all.data[2]?.id)
  expect((await sessions.list({ text: id })).data).toEqual([all.data[2]])
  expect((await sessions.list({ text: '%' })).data).toEqual([])
})

test('a session is told with its conversation and its runs', async () => {
  const agentic = instance()
  const owner = 'ada'
  const ids: string[] = []
  for (const input of ['Hi', 'Again']) {
    const { id } = await agentic.runs.submit({ owner, session: 'chat', input })
    await agentic.runs.wait({ owner, id })
    ids.unshift(id)
  }
  const [session] = (await agentic.admin.sessions.list()).data
  const told = await agentic.admin.sessions.get({ id: String(session?.id) })
  expect(told.session).toMatchObject({ owner, key: 'chat' })
  expect(told.items).toEqual(await agentic.sessions.items({ owner, key: 'chat' }))
  expect(told.runs.map(({ id }) => id)).toEqual(ids)
  await expect(agentic.admin.sessions.get({ id: 'none' })).rejects.toMatchObject({
    code: 'not_found',
  })
})
