import type { Client } from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { dropSpace, engineQueue } from '../../queue/support/engines.ts'
import { enginesHere } from '../../queue/support/engines-here.ts'
import { instance, temporaryDatabase } from '../../support/instance.ts'
import { until } from '../../support/sql.ts'
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

describe.each(enginesHere())('with the queue of $engine, and nobody who sweeps,', (engine) => {
  test.skipIf(engine.url === '')(
    'a call that found the lock held comes again, for its holder may wake nobody',
    async () => {
      onTestFinished(async () => dropSpace(engine))
      const options = {
        database: temporaryDatabase('postgres'),
        lease: { seconds: 600, sweepSeconds: 86_000 },
      }
      const queue = () => engineQueue(engine, 'locked')
      const web = instance({ ...options, queue: queue(), concurrency: 0 })
      const { id } = await web.runs.submit(run('ada'))
      const app = await appClient(options.database)
      await app.query('begin')
      await web.runs.submit({ ...run('ada'), session: 'other', within: app })
      await instance({ ...options, queue: queue() }).start()
      await until(async () => (await waitingFor(app)) > 0)
      // The call has been answered; it comes again in a moment, and again, as long as the lock is held.
      let quiet = 0
      await until(async () => (quiet = (await waitingFor(app)) === 0 ? quiet + 1 : 0) > 10)
      await app.query('rollback')
      const finished = await web.runs.wait({ owner: 'ada', id })
      expect(finished).toMatchObject({ status: 'completed', attempt: 1 })
    },
  )
})

/** How many wait for a lock that this client holds. */
async function waitingFor(client: Client): Promise<number> {
  const { rows } = await client.query<{ n: string }>(`
    select count(*) as n from pg_locks as held
    join pg_locks as wanted using (locktype, database, classid, objid, objsubid)
    where held.pid = pg_backend_pid() and held.granted and not wanted.granted
      and locktype = 'advisory'`)
  return Number(rows[0]?.n)
}
