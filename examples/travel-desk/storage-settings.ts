export type DatabaseSettings =
  | { kind: 'sqlite'; url: string }
  | {
      kind: 'postgres'
      url: string
      /** The URL as a driver wants it: without what it says to us. */
      connectionString: string
      /** Where our tables are; undefined for wherever the server puts them. */
      schema: string | undefined
    }

/** What wakes workers. */
export type QueueSettings =
  | { kind: 'in-process' }
  | { kind: 'bullmq'; redisUrl: string }
  | { kind: 'graphile-worker'; connectionString: string; schema: string }

type Environment = Record<string, string | undefined>

export function readDatabase(env: Environment): DatabaseSettings {
  const url = env.DATABASE_URL || 'file:./travel-desk.db'
  if (/^file:./.test(url)) return { kind: 'sqlite', url }
  if (!/^postgres(?:ql)?:\/\//.test(url) || !URL.canParse(url)) {
    throw new Error(
      `DATABASE_URL is '${withoutPassword(url)}', expected file:<path>, e.g. file:./travel-desk.db, or postgres://user:password@host:5432/name`,
    )
  }
  const connection = new URL(url)
  const schema = connection.searchParams.get('schema') ?? undefined
  // Parameters of the library, which no driver knows.
  for (const name of ['schema', 'connection_limit']) connection.searchParams.delete(name)
  return { kind: 'postgres', url, connectionString: connection.href, schema }
}

export function readQueue(env: Environment, database: DatabaseSettings): QueueSettings {
  const kind = env.QUEUE || 'in-process'
  if (kind === 'in-process') return { kind }
  if (kind === 'bullmq') return { kind, redisUrl: readRedisUrl(env) }
  if (kind !== 'graphile-worker') {
    throw new Error(
      `QUEUE is '${kind}', expected 'in-process', 'bullmq' (with REDIS_URL) or 'graphile-worker'`,
    )
  }
  if (database.kind !== 'postgres') {
    throw new Error(
      `QUEUE is 'graphile-worker', which keeps its jobs in Postgres, but DATABASE_URL is '${database.url}': expected postgres://user:password@host:5432/name`,
    )
  }
  const { connectionString, schema } = database
  // Beside a schema of ours, so that two desks in one database do not take each other's jobs.
  return { kind, connectionString, schema: schema ? `${schema}_jobs` : 'graphile_worker' }
}

function readRedisUrl(env: Environment): string {
  const url = env.REDIS_URL || 'redis://127.0.0.1:6379'
  if (/^rediss?:\/\//.test(url) && URL.canParse(url)) return url
  throw new Error(
    `REDIS_URL is '${withoutPassword(url)}', expected redis://host:6379 or rediss://user:password@host:6379`,
  )
}

/** What is printed may be kept for long. */
function withoutPassword(url: string): string {
  return url.replace(/:.*@/s, ':***@')
}
