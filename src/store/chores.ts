import { sql, type RawBuilder } from 'kysely'
import type { DatabaseFacts, Executor } from './database.ts'
import { t } from './names.ts'
import { statement } from './statement.ts'

interface Chore {
  name: string
  everyMs: number
}

const isDue = (v: Chore, { now }: DatabaseFacts): RawBuilder<boolean> =>
  sql`c.held_until < (select ${now}) and c.done_at <= (select ${now}) - ${v.everyMs}`

/** Whether somebody should do it now; looking first keeps those who need not from writing. */
export async function isChoreDue(executor: Executor, query: Chore): Promise<boolean> {
  return (await notDue(executor, query)).length === 0
}

const notDue = statement<Chore, { name: string }>(
  (_db, v, facts) => sql`
    select c.name from ${t.chore} as c where c.name = ${v.name} and not (${isDue(v, facts)})`,
)

/** Takes it on for a while: of many who ask one gets it. */
export async function takeChore(
  executor: Executor,
  values: Chore & { holdMs: number },
): Promise<boolean> {
  return (await take(executor, values)).length > 0
}

const take = statement<Chore & { holdMs: number }, { name: string }>(
  (_db, v, facts) => sql`
    insert into ${t.chore} as c (name, held_until, done_at)
    values (${v.name}, ${facts.now} + ${v.holdMs}, 0)
    on conflict (name) do update set held_until = excluded.held_until where ${isDue(v, facts)}
    returning name`,
)

/** Goes on with it: whoever does not is taken for lost, and another does it. */
export async function holdChore(
  executor: Executor,
  values: { name: string; holdMs: number },
): Promise<void> {
  await hold(executor, values)
}

const hold = statement<{ name: string; holdMs: number }, never>(
  (_db, v, facts) => sql`
    update ${t.chore} set held_until = ${facts.now} + ${v.holdMs} where name = ${v.name}`,
)

/** It was done to its end. */
export async function endChore(executor: Executor, values: { name: string }): Promise<void> {
  await end(executor, values)
}

const end = statement<{ name: string }, never>(
  (_db, v, facts) => sql`
    update ${t.chore} set held_until = 0, done_at = ${facts.now} where name = ${v.name}`,
)

/** Leaves the rest of it to whoever looks next. */
export async function leaveChore(executor: Executor, values: { name: string }): Promise<void> {
  await leave(executor, values)
}

const leave = statement<{ name: string }, never>(
  (_db, v) => sql`update ${t.chore} set held_until = 0 where name = ${v.name}`,
)
