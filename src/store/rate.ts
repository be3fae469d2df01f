import { sql } from 'kysely'
import type { Executor } from './database.ts'
import { t } from './names.ts'
import { first, statement } from './statement.ts'

interface RateValues {
  owner: string
  windowMs: number
  limit: number
}

/**
 * Takes one from the owner's allowance of the current window, in one statement and so exactly, whatever the number
 * of processes. Answers 0, or the milliseconds until the next window when the allowance is used up.
 */
export async function takeRate(executor: Executor, values: RateValues): Promise<number> {
  if ((await take(executor, values)).length > 0) return 0
  const row = first(await remaining(executor, values))
  return Math.max(1, row?.wait ?? 1)
}

// The clock is read once: it goes on in mid-statement. Not by a division: a driver may bind the number as a fraction,
// and then nothing is rounded.
const take = statement<RateValues, { used: number }>(
  (_db, v, facts) => sql`
    insert into ${t.rate} as r (owner, window_start, used)
    select ${v.owner}, clock.at - clock.at % ${v.windowMs}, 1
    from (select ${facts.now} as at) as clock where true
    on conflict (owner) do update set window_start = excluded.window_start,
      used = case when r.window_start = excluded.window_start then r.used + 1 else 1 end
      where r.window_start <> excluded.window_start or r.used < ${v.limit}
    returning used`,
)

const remaining = statement<RateValues, { wait: number }>(
  (_db, v, facts) => sql`
    select window_start + ${v.windowMs} - ${facts.now} as wait from ${t.rate}
    where owner = ${v.owner}`,
)
