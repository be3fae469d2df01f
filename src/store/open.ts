import { AgenticError } from '../core/errors.ts'
import type { Database } from './database.ts'
import { openSqlite } from './sqlite/open.ts'

export interface OpenOptions {
  /** `file:<path>`; see `databaseFile`. */
  url: string
  prefix: string
  durability: 'full' | 'normal'
}

export async function openDatabase(options: OpenOptions): Promise<Database> {
  const { url, prefix, durability } = options
  return openSqlite({ file: databaseFile(url), prefix, durability })
}

/** The path in a `file:` URL: `file:./a.db`, `file:a.db`, `file:/abs/a.db` and `file:///abs/a.db`. */
export function databaseFile(url: string): string {
  const path = /^file:(?:\/\/(?=\/))?(.+)$/s.exec(url)?.[1]
  if (path === undefined || path.includes('\0') || path === ':memory:') {
    throw new AgenticError(
      'invalid_setting',
      `Setting \`database\` is ${JSON.stringify(url)}. Accepted is \`file:<path>\` of a file on disk, e.g. \`file:./agentic.db\`.`,
    )
  }
  return path
}
