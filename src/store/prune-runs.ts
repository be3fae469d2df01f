import { sql, type RawBuilder } from 'kysely'
import type { Executor } from './database.ts'
import { toJson } from './json.ts'
import { t } from './names.ts'
import { statement } from './statement.ts'

type RunIds = { ids: string[] }

/**
 * What runs leave behind besides their rows. It is hidden at once and deleted then, in as many transactions as it
 * takes: nobody sees a part of it.
 */
export interface Remains {
  hide(executor: Executor, query: RunIds): Promise<void>
  /** Deletes what was hidden; answers how many rows. */
  deleteHidden(executor: Executor, query: RunIds): Promise<number>
  deleteSomeHidden(executor: Executor, query: { id: string; limit: number }): Promise<number>
  /** Nothing is left of it. */
  noteGone(executor: Executor, query: RunIds): Promise<void>
}

/** Events but for the last one, which says how the run ended. */
export const remainingEvents = remains({
  hiding: sql`pruned = pruned | 1, pruned_sequence = last_sequence - 1, deltas_kept = 0`,
  left: sql`kept & 2`,
  table: t.event,
  key: sql.ref('sequence'),
  isHidden: sql`x.sequence <= (select r.pruned_sequence from ${t.run} as r where r.id = x.run_id)`,
})

export const remainingSteps = remains({
  hiding: sql`pruned = pruned | 2`,
  left: sql`kept & 1`,
  table: t.step,
  key: sql.ref('path'),
  isHidden: sql`true`,
})

interface Kind {
  hiding: RawBuilder<unknown>
  left: RawBuilder<unknown>
  table: RawBuilder<unknown>
  /** What tells rows of one run apart. */
  key: RawBuilder<unknown>
  isHidden: RawBuilder<unknown>
}

function remains({ hiding, left, table, key, isHidden }: Kind): Remains {
  const update = (change: RawBuilder<unknown>) =>
    statement<{ ids: string }, never>(
      (_db, v, facts) => sql`
        update ${t.run} set ${change}
        where id in (select k.value from ${facts.eachText(sql`${v.ids}`)} as k)`,
    )
  const all = statement<{ ids: string }, object>(
    (_db, v, facts) => sql`
      delete from ${table} as x where x.run_id in
        (select k.value from ${facts.eachText(sql`${v.ids}`)} as k) and ${isHidden}
      returning run_id`,
  )
  const some = statement<{ id: string; limit: number }, object>(
    (_db, v) => sql`
      delete from ${table} where run_id = ${v.id} and ${key} in (select x.${key} from ${table} as x
        where x.run_id = ${v.id} and ${isHidden} order by x.${key} limit ${v.limit})
      returning run_id`,
  )
  const [hide, noteGone] = [update(hiding), update(sql`kept = ${left}`)]
  return {
    hide: async (executor, { ids }) => void (await hide(executor, { ids: toJson(ids) })),
    noteGone: async (executor, { ids }) => void (await noteGone(executor, { ids: toJson(ids) })),
    deleteHidden: async (executor, { ids }) => (await all(executor, { ids: toJson(ids) })).length,
    deleteSomeHidden: async (executor, query) => (await some(executor, query)).length,
  }
}
