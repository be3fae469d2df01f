import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely'
import type { Compiler } from '../database.ts'
import { tablePrefixPlugin } from '../table-prefix.ts'
import type { Tables } from '../tables.ts'
import { postgresFacts } from './facts.ts'

/** Builds and compiles only: which connection executes is decided for each transaction. */
export function postgresCompiler(prefix: string, schema: string | null): Compiler {
  const kysely = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
    plugins: [tablePrefixPlugin(prefix, schema)],
  })
  return { kysely, facts: postgresFacts, compiled: new Map() }
}
