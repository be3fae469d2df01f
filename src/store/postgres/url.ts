import { AgenticError } from '../../core/errors.ts'

export interface PostgresUrl {
  /** For the driver: without the parameters that are ours. */
  connectionString: string
  /** Where our tables live; null for the connection's own `search_path`. */
  schema: string | null
  /** Connections of this process at most, besides the one that listens. */
  poolSize: number
}

const defaultPoolSize = 10

export function isPostgresUrl(url: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(url)
}

/**
 * Takes our parameters out of a `postgres://` URL: `schema` (lower-case letters, digits and underscores) and
 * `connection_limit` (1 to 1000). Everything else is the driver's.
 */
export function parsePostgresUrl(url: string): PostgresUrl {
  if (!URL.canParse(url)) throw refuse('that is no URL')
  const parsed = new URL(url)
  const schema = parsed.searchParams.get('schema')
  if (schema !== null && !/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) {
    throw refuse(
      `its \`schema\` is ${JSON.stringify(schema)}; lower-case letters, digits and "_" make one`,
    )
  }
  const limit = parsed.searchParams.get('connection_limit') ?? String(defaultPoolSize)
  if (!/^[1-9]\d{0,2}$|^1000$/.test(limit)) {
    throw refuse(`its \`connection_limit\` is ${JSON.stringify(limit)}; accepted is 1 to 1000`)
  }
  parsed.searchParams.delete('schema')
  parsed.searchParams.delete('connection_limit')
  return { connectionString: parsed.toString(), schema, poolSize: Number(limit) }
}

/** Never quotes the URL: it may hold a password. */
function refuse(why: string): AgenticError {
  return new AgenticError(
    'invalid_setting',
    `Setting \`database\` is a Postgres URL, but ${why}. A right one is like postgres://user:password@host:5432/name?schema=agentic.`,
  )
}
