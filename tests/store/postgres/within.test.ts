import { types } from 'pg'
import { expect, test } from 'vitest'
import { instance, temporaryDatabase } from '../../support/instance.ts'
import { appClient } from './support/app-client.ts'

const run = (owner: string) => ({ owner, session: 'chat', input: 'Hi' })

test.each(['repeatable read', 'serializable'])('`within` is refused at %s', async (level) => {
  const database = temporaryDatabase('postgres')
  const web = instance({ database, concurrency: 0 })
  await web.start()
  const app = await appClient(database)
  await app.query(`begin isolation level ${level}`)
  await expect(web.runs.submit({ ...run('ada'), within: app })).rejects.toMatchObject({
    code: 'invalid_request',
    message: expect.stringContaining('READ COMMITTED'),
  })
})

test.each([BigInt, String])(
  'a client that reads large integers by %o is given numbers all the same',
  async (parse) => {
    const database = temporaryDatabase('postgres')
    const web = instance({ database, concurrency: 0 })
    await web.start()
    const app = await appClient(database)
    app.setTypeParser(types.builtins.INT8, parse)
    await app.query('begin')
    const ordered = { ...run('ada'), idempotencyKey: 'order-1', within: app }
    const first = await web.runs.submit(ordered)
    const again = await web.runs.submit(ordered)
    await app.query('commit')
    expect([first.createdAt, first.lastSequence]).toEqual([expect.any(Number), 1])
    expect(again).toMatchObject({ id: first.id, createdAt: first.createdAt, lastSequence: 1 })
  },
)
