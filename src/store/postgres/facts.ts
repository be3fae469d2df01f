import { sql } from 'kysely'
import type { DatabaseFacts } from '../database.ts'

export const postgresFacts: DatabaseFacts = {
  now: sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`,
  eachText: (json) => sql<{ value: string }>`json_array_elements_text(cast(${json} as json))`,
  key: sql`text collate "C"`,
  byBytes: sql`collate "C"`,
  clusteredTable: sql``,
  forUpdate: sql`for update`,
  forUpdateSkipLocked: sql`for update skip locked`,
  writesInWith: true,
  concurrently: sql`concurrently`,
}
