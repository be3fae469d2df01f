import { expect, test } from 'vitest'
import { instance, temporaryDatabase } from '../../support/instance.ts'
import { appClient } from './support/app-client.ts'

const run = (owner: string) => ({ owner, session: 'chat', input: 'Hi' })

test('an owner whose lock is held for long holds up nobody else, and loses nothing', async () => {
  const database = temporaryDatabase('postgres')
  const web = instance({ database, concurrency: 0 })
  const ada = await web.runs.submit(run('ada'))
  const others = await Promise.all(['bob', 'cy', 'dan'].map(async (o) => web.runs.submit(run(o))))
  const app = await appClient(database)
  await app.query('begin')
  await web.runs.submit({ ...run('ada'), within: app })
  instance({ database, concurrency: 4 })
    .start()
    .catch(() => {})
  for (const { owner, id } of others) {
    expect(await web.runs.wait({ owner, id })).toMatchObject({ status: 'completed', attempt: 1 })
  }
  expect((await web.runs.get({ owner: 'ada', id: ada.id })).status).toBe('pending')
  await app.query('commit')
  expect(await web.runs.wait({ owner: 'ada', id: ada.id })).toMatchObject({ status: 'completed' })
})
