import { sql, type RawBuilder } from 'kysely'
import type { DatabaseFacts } from './database.ts'

export interface Names {
  prefix: string
  /** The schema our tables live in; null for the connection's own. */
  schema: string | null
  facts: DatabaseFacts
}

/** A table of ours in DDL, where the prefix is not added by itself. */
export function tableName({ prefix, schema }: Pick<Names, 'prefix' | 'schema'>, table: string) {
  return sql.table(schema === null ? prefix + table : `${schema}.${prefix}${table}`)
}

/** Statements that may be repeated: what an interrupted attempt left behind is not valid, and made anew. */
export function indexing({ prefix, schema, facts }: Names) {
  const drop = (name: string) => {
    const index = sql.id(...(schema === null ? [prefix + name] : [schema, prefix + name]))
    return sql`drop index ${facts.concurrently} if exists ${index}`
  }
  const make = (name: string, on: RawBuilder<unknown>, unique = sql``) => [
    drop(name),
    sql`create ${unique} index ${facts.concurrently} ${sql.id(prefix + name)} on ${on}`,
  ]
  return { drop, make }
}
