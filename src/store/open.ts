import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { AgenticError } from '../core/errors.ts'
import type { Database } from './database.ts'
import { isPostgresUrl, parsePostgresUrl } from './postgres/url.ts'
import { openSqlite } from './sqlite/open.ts'

export interface OpenOptions {
  /** `file:<path>` or `postgres://…`; see `databaseFile` and `parsePostgresUrl`. */
  url: string
  prefix: string
  durability: 'full' | 'normal'
}

export async function openDatabase(options: OpenOptions): Promise<Database> {
  const { url, prefix, durability } = options
  if (!isPostgresUrl(url)) return openSqlite({ file: databaseFile(url), prefix, durability })
  // Whoever stays with the embedded database does not load the other.
  const { openPostgres } = await import('./postgres/open.ts')
  return openPostgres({ url, prefix })
}

/** Throws when the URL is none of a database we know. */
export function checkDatabaseUrl(url: string): void {
  if (isPostgresUrl(url)) parsePostgresUrl(url)
  else databaseFile(url)
}

/** The path in a `file:` URL: `file:./a.db`, `file:a.db`, `file:/abs/a.db` and `file:///abs/a.db`. */
export function databaseFile(url: string): string {
  const path = /^file:(?:\/\/(?=\/))?(.+)$/s.exec(url)?.[1]
  if (path === undefined || path.includes('\0') || path === ':memory:') {
    throw new AgenticError(
      'invalid_setting',
      `Setting \`database\` is ${quoted(url)}. Accepted is \`file:<path>\` of a file on disk, e.g. \`file:./agentic.db\`, or a URL like \`postgres://user:password@host:5432/name\`.`,
    )
  }
  return path
}

/** The file of an embedded database that is not there, which a use would make; otherwise null. */
export function missingFile(url: string): string | null {
  if (isPostgresUrl(url)) return null
  const file = resolve(databaseFile(url))
  return existsSync(file) ? null : file
}

/** An address may hold a password: of one only its beginning is shown. */
function quoted(url: string): string {
  const [scheme, rest] = url.split('://')
  return JSON.stringify(rest === undefined ? url : `${scheme}://…`)
}
