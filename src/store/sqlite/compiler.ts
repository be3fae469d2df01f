import {
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely'
import type { Compiler, DatabaseFacts } from '../database.ts'
import { tablePrefixPlugin } from '../table-prefix.ts'
import type { Tables } from '../tables.ts'

const sqliteFacts: DatabaseFacts = {
  now: sql<number>`cast(unixepoch('subsec') * 1000 as integer)`,
  eachText: (json) => sql<{ value: string }>`json_each(${json})`,
  key: sql`text`,
  byBytes: sql`collate binary`,
  clusteredTable: sql`without rowid`,
  forUpdate: sql``,
  forUpdateSkipLocked: sql``,
  writesInWith: false,
  concurrently: sql``,
}

/** Builds and compiles only: the write queue owns the connection that executes. */
export function sqliteCompiler(prefix: string): Compiler {
  const kysely = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
    plugins: [tablePrefixPlugin(prefix, null)],
  })
  return { kysely, facts: sqliteFacts, compiled: new Map() }
}
