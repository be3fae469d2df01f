import pg from 'pg'
import { postgresUrl } from './services.ts'

const prefix = 'agentic_bench_'

/** An empty Postgres database of this benchmark, dropped when `use` is over. */
export async function withDatabase<T>(name: string, use: (url: string) => Promise<T>): Promise<T> {
  await recreate(name)
  try {
    return await use(urlOf(name))
  } finally {
    await onServer(async (client) => drop(client, name))
  }
}

/** Several at once, by name. */
export async function withDatabases<Name extends string, T>(
  names: readonly Name[],
  use: (urls: Record<Name, string>) => Promise<T>,
  urls: Partial<Record<Name, string>> = {},
): Promise<T> {
  const [name, ...rest] = names
  if (name === undefined) return use(urls as Record<Name, string>)
  return withDatabase(name, async (made) => withDatabases(rest, use, { ...urls, [name]: made }))
}

/** A connection of the harness to the server, for what no side may do itself. */
export async function onServer<T>(
  use: (client: pg.Client) => Promise<T>,
  at = postgresUrl(),
): Promise<T> {
  const client = new pg.Client({ connectionString: at })
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}

/** Transactions committed in a database since it was made. Exact once those who used it have disconnected. */
export async function committed(name: string): Promise<number> {
  return onServer(async (client) => {
    const { rows } = await client.query<{ xact_commit: string }>(
      'select xact_commit from pg_stat_database where datname = $1',
      [prefix + name],
    )
    return Number(rows[0]?.xact_commit)
  })
}

/** What kind of server it is, in words that name no machine. */
export async function describeServer(): Promise<string> {
  return onServer(async (client) => {
    const { rows } = await client.query<{ name: string; setting: string }>(
      `select name, setting from pg_settings where name in
        ('server_version', 'fsync', 'synchronous_commit', 'autovacuum') order by name`,
    )
    const of = Object.fromEntries(rows.map((row) => [row.name, row.setting]))
    const version = String(of['server_version']).split(' ')[0]
    return `PostgreSQL ${version} (fsync ${of['fsync']}, synchronous_commit ${of['synchronous_commit']}, autovacuum ${of['autovacuum']})`
  })
}

function urlOf(name: string): string {
  const made = new URL(postgresUrl())
  made.pathname = `/${prefix}${name}`
  return made.href
}

async function recreate(name: string): Promise<void> {
  await onServer(async (client) => {
    await drop(client, name)
    await client.query(`create database ${prefix}${name}`)
  })
}

/** With force: a side that was killed may still be connected. */
async function drop(client: pg.Client, name: string): Promise<void> {
  await client.query(`drop database if exists ${prefix}${name} with (force)`)
}
