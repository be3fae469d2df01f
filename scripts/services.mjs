// The servers that tests, chaos and benchmarks talk to: found, or brought from Debian where we may.
import { userInfo } from 'node:os'
import { attempt, findProgram, installFromDebian, isDebianRoot } from './debian.mjs'
import { runQuietly, say, sleep, Stop } from './processes.mjs'

const database = 'agentic_test'
const ourUser = `postgres://${database}:${database}@127.0.0.1:5432/postgres`
/** The variable that names each, and what to tell who has none. */
const wanted = {
  postgresUrl: {
    variable: 'TEST_POSTGRES_URL',
    hint: 'PostgreSQL is missing: start one on 127.0.0.1:5432 (Debian: apt-get install postgresql) or name one in TEST_POSTGRES_URL, with a user who may create databases',
  },
  redisUrl: {
    variable: 'TEST_REDIS_URL',
    hint: 'Redis is missing: start one on 127.0.0.1:6379 (Debian: apt-get install redis-server) or name one in TEST_REDIS_URL',
  },
  pgbouncer: {
    variable: 'PGBOUNCER_PATH',
    hint: 'PgBouncer is missing: install it (Debian: apt-get install pgbouncer) or name the program in PGBOUNCER_PATH',
  },
}

/** What is there: a database of our own on a PostgreSQL, a Redis, the program of PgBouncer; empty texts otherwise. */
export async function findServices() {
  const { TEST_POSTGRES_URL: postgres, TEST_REDIS_URL: redis, PGBOUNCER_PATH: path } = process.env
  return {
    postgresUrl: await firstThat(reachPostgres, postgres, usualPostgres()),
    redisUrl: await firstThat(reachRedis, redis, ['redis://127.0.0.1:6379']),
    pgbouncer: path ?? findProgram('pgbouncer') ?? '',
  }
}

/** As `findServices`, after installing and starting what is missing where we may; says what still is. */
export async function getServices() {
  let services = await findServices()
  const missing = () => Object.keys(wanted).filter((name) => services[name] === '')
  // One that a person named and that does not answer is theirs to mend.
  const ours = () => missing().filter((name) => !process.env[wanted[name].variable])
  if (ours().length > 0 && isDebianRoot()) {
    await provide(ours())
    // Servers answer a moment after they were started.
    for (let tries = 0; tries < 20 && ours().length > 0; tries += 1) {
      if (tries > 0) await sleep(250)
      services = await findServices()
    }
  }
  for (const name of missing()) {
    const { hint } = wanted[name]
    if (process.env.CI === 'true') throw new Stop(hint)
    say(`${hint}; the tests that need it are skipped`)
  }
  return services
}

/** The environment in which our scripts and tests find these services. */
export function serviceEnvironment(services) {
  const found = Object.keys(wanted).filter((name) => services[name] !== '')
  return Object.fromEntries(found.map((name) => [wanted[name].variable, services[name]]))
}

/** Vitest calls this once before the tests of a project: `inject` answers there what was found. */
export async function setup(project) {
  for (const [name, value] of Object.entries(await findServices())) project.provide(name, value)
}

function usualPostgres() {
  const users = ['postgres', 'postgres:postgres', userInfo().username]
  return [ourUser, ...users.map((user) => `postgres://${user}@127.0.0.1:5432/postgres`)]
}

/** What the one that a person named answers, or the first of the usual that does; empty when none does. */
async function firstThat(reach, named, usual) {
  for (const candidate of named ? [named] : usual) {
    try {
      return await reach(candidate)
    } catch (error) {
      // Refused, or not what we were looking for.
      if (named) say(`${candidate} cannot be used: ${error.message || error.code}`)
    }
  }
  return ''
}

/** The URL of our database on this server; made, and rid of what failed tests left there long ago. */
async function reachPostgres(url) {
  const own = new URL(url)
  own.pathname = `/${database}`
  await withClient(url, async (client) => {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [
      database,
    ])
    if (rowCount > 0) return
    await client.query(`create database ${database}`).catch((error) => {
      if (!['42P04', '23505'].includes(error.code)) throw error // somebody else was quicker
    })
  })
  await withClient(own.href, async (client) => {
    const { rows } = await client.query(
      "select nspname from pg_namespace where nspname like 'test_%'",
    )
    for (const { nspname } of rows) {
      const age = Date.now() - Number(nspname.split('_')[1])
      if (age > 86_400_000) await client.query(`drop schema if exists "${nspname}" cascade`)
    }
    // Each test makes tables and drops them. Where autovacuum is off what is left of them makes the next ones slow.
    await client.query(
      'vacuum (skip_locked) pg_attribute, pg_class, pg_depend, pg_index, pg_attrdef, pg_type',
    )
  })
  return own.href
}

async function withClient(url, work) {
  // Not there before the packages are installed, when this file is already loaded.
  const { Client } = await import('pg')
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000 })
  client.on('error', () => {}) // what was asked rejects as well
  try {
    await client.connect()
    await work(client)
  } finally {
    await client.end()
  }
}

async function reachRedis(url) {
  const { Redis } = await import('ioredis')
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null })
  redis.on('error', () => {}) // what was asked rejects as well
  try {
    await redis.connect()
    await redis.ping()
    return url
  } finally {
    redis.disconnect()
  }
}

/** Both servers listen on loopback only, as Debian configures them. */
async function provide(names) {
  const debian = {
    postgresUrl: ['postgresql', 'pg_ctlcluster'],
    redisUrl: ['redis-server', 'redis-server'],
    pgbouncer: ['pgbouncer', 'pgbouncer'],
  }
  const chosen = names.map((name) => debian[name])
  const absent = chosen.filter(([, program]) => findProgram(program) === null)
  if (absent.length > 0) await installFromDebian(...absent.map(([name]) => name))
  if (names.includes('postgresUrl')) await attempt(startPostgres)
  if (names.includes('redisUrl')) {
    const args = ['--bind', '127.0.0.1', '--save', '', '--daemonize', 'yes']
    await attempt(() => runQuietly('starting Redis', 'redis-server', args))
  }
}

/** Debian lets its `postgres` user in by the socket alone, so a user of ours is made that may come over TCP. */
async function startPostgres() {
  await runQuietly('starting PostgreSQL', 'service', ['postgresql', 'start'])
  const role = `create role ${database} login superuser password '${database}'`
  const sql = `do $$ begin ${role}; exception when duplicate_object then null; end $$`
  const args = ['-u', 'postgres', '--', 'psql', '-qc', sql]
  await runQuietly('making a user for the tests', 'runuser', args)
}
