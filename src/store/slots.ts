import { sql } from 'kysely'
import type { Executor } from './database.ts'
import { t } from './names.ts'
import { statement } from './statement.ts'

/**
 * Limits on running runs. Counting rows does not hold under concurrency; a slot is a numbered column with a partial
 * unique index, so that the database itself refuses the one too many.
 */
export interface Slots {
  ownerSlot: number | null
  agentSlot: number | null
  totalSlot: number | null
}

type SlotRow = { slot: number }

export async function freeOwnerSlot(
  executor: Executor,
  query: { owner: string; limit: number },
): Promise<number | null> {
  return anyFree(await ownerSlots(executor, query), query.limit)
}

export async function freeAgentSlot(
  executor: Executor,
  query: { agentKey: string; limit: number },
): Promise<number | null> {
  return anyFree(await agentSlots(executor, query), query.limit)
}

export async function freeTotalSlot(
  executor: Executor,
  query: { limit: number },
): Promise<number | null> {
  return anyFree(await totalSlots(executor, query), query.limit)
}

const ownerSlots = statement<{ owner: string }, SlotRow>(
  (_db, v) => sql`
    select owner_slot as slot from ${t.run} where owner = ${v.owner} and owner_slot is not null`,
)
const agentSlots = statement<{ agentKey: string }, SlotRow>(
  (_db, v) => sql`
    select agent_slot as slot from ${t.run}
    where agent_key = ${v.agentKey} and agent_slot is not null`,
)
const totalSlots = statement<object, SlotRow>(
  () => sql`select total_slot as slot from ${t.run} where total_slot is not null`,
)

/** Any of those that are left, since processes that all took the lowest would be in each other's way. */
function anyFree(taken: SlotRow[], limit: number): number | null {
  const used = new Set(taken.map((row) => row.slot))
  // Where the limit was lowered, those taken above it leave fewer; which ones, all processes see alike.
  const left = Math.max(0, limit - taken.length)
  const free = Array.from({ length: limit }, (_, slot) => slot).filter((slot) => !used.has(slot))
  return free.slice(0, left)[Math.floor(Math.random() * left)] ?? null
}
