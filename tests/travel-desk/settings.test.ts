import { expect, test } from 'vitest'
import { readSettings } from '../../examples/travel-desk/settings.ts'

const DATABASE_URL = 'postgres://desk:secret@db:5432/desk?schema=trips&connection_limit=5'

test('without an environment the desk is embedded: one file, its own worker', () => {
  expect(readSettings({})).toMatchObject({
    database: { kind: 'sqlite', url: 'file:./travel-desk.db' },
    queue: { kind: 'in-process' },
    concurrency: undefined,
    approveBookings: false,
    demoLogin: true,
    model: { kind: 'offline' },
  })
})

test('an empty variable is as good as none', () => {
  const names = ['DATABASE_URL', 'QUEUE', 'REDIS_URL', 'CONCURRENCY', 'APPROVE_BOOKINGS', 'PORT']
  const empty = Object.fromEntries(names.map((name) => [name, '']))
  expect(readSettings(empty)).toEqual(readSettings({}))
})

test('what a URL says to the library is not told to a driver', () => {
  expect(readSettings({ DATABASE_URL }).database).toEqual({
    kind: 'postgres',
    url: DATABASE_URL,
    connectionString: 'postgres://desk:secret@db:5432/desk',
    schema: 'trips',
  })
})

test('two variables make it a web process beside workers', () => {
  const REDIS_URL = 'redis://cache:6379'
  const web = { DATABASE_URL, CONCURRENCY: '0' }
  expect(readSettings({ ...web, QUEUE: 'bullmq', REDIS_URL })).toMatchObject({
    queue: { kind: 'bullmq', redisUrl: REDIS_URL },
    concurrency: 0,
  })
  expect(readSettings({ ...web, QUEUE: 'graphile-worker' }).queue).toEqual({
    kind: 'graphile-worker',
    connectionString: 'postgres://desk:secret@db:5432/desk',
    schema: 'trips_jobs',
  })
})

test.each([
  [{ QUEUE: 'kafka' }, `QUEUE is 'kafka', expected 'in-process', 'bullmq'`],
  [{ QUEUE: 'bullmq', REDIS_URL: 'cache' }, `REDIS_URL is 'cache', expected redis://host:6379`],
  [{ QUEUE: 'graphile-worker' }, `keeps its jobs in Postgres, but DATABASE_URL is 'file:`],
  [{ DATABASE_URL: 'desk.db' }, `DATABASE_URL is 'desk.db', expected file:<path>`],
  [{ DATABASE_URL: 'postgres://db:port/desk' }, `DATABASE_URL is 'postgres://db:port/desk', exp`],
  [{ CONCURRENCY: 'none' }, `CONCURRENCY is 'none', expected a whole number`],
  [{ APPROVE_BOOKINGS: 'yes' }, `APPROVE_BOOKINGS is 'yes', expected 'on' or 'off'`],
])('%o is refused with its value and what is accepted', (env, reason) => {
  expect(() => readSettings(env)).toThrow(reason)
})

test.each([
  { DATABASE_URL: 'mysql://u:secret@db/desk' },
  { QUEUE: 'bullmq', REDIS_URL: 'u:secret@cache' },
])('a password is not printed: %o', (env) => {
  expect(() => readSettings(env)).toThrow(':***@')
  expect(() => readSettings(env)).not.toThrow('secret')
})
