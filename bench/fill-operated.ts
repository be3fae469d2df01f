import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { openDatabase } from '../src/store/open.ts'

/** Runs as an app that has been in use leaves them: a thousand a day, of which the last fifty have not ended. */
export interface Operated {
  runs: number
  /** When the last one was submitted. */
  now: number
}

export const perSession = 5
export const perDay = 1_000
const unfinished = 50
const batch = 25_000
const everyMs = 86_400_000 / perDay

export const momentOfRun = ({ runs, now }: Operated, n: number) => now - (runs - n) * everyMs

/** Ids as they are made: by their moment. */
export function idOf(of: Operated, kind: number, n: number): string {
  const hex = momentOfRun(of, n).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${kind}${String(n).padStart(11, '0')}`
}

export const kinds = { run: 1, session: 2, approval: 3, audit: 4 } as const

/** The schema, and by SQL what a million runs would take hours to leave behind. */
export async function fillOperated(
  url: string,
  of: Operated,
  log: (line: string) => void,
): Promise<void> {
  const database = await openDatabase({ url, prefix: 'agentic_', durability: 'normal' })
  await database.migrate()
  await database.close()
  const { execute, dialect, settle } = await connect(url)
  for (let from = 0; from < of.runs; from += batch) {
    const to = Math.min(of.runs, from + batch)
    await execute(statements(of, from, to, dialect))
    if (to % (10 * batch) === 0) log(`${to} of ${of.runs} runs are there`)
  }
  await settle()
}

interface Dialect {
  hex: (value: string) => string
  padded: (value: string) => string
}

function statements(of: Operated, from: number, to: number, { hex, padded }: Dialect): string[] {
  const { runs, now } = of
  const moment = (n: string) => `(${now} - (${runs} - (${n})) * ${everyMs})`
  const id = (kind: number, n: string) => {
    const digits = hex(moment(n))
    return `substr(${digits}, 1, 8) || '-' || substr(${digits}, 9) || '-7000-8000-${kind}' || ${padded(n)}`
  }
  const run = id(kinds.run, 'n')
  const sessionOf = `(n / ${perSession})`
  const session = id(kinds.session, `${sessionOf} * ${perSession}`)
  const owner = `case when ${sessionOf} % 10 = 0 then 'big' else 'o' || (${sessionOf} % ${runs / 50}) end`
  const isEnded = `n < ${runs - unfinished}`
  const status = `case when ${isEnded} then
      case when n % 100 < 4 then 'cancelled' when n % 100 < 10 then 'failed' else 'completed' end
    else case n % 5 when 0 then 'pending' when 1 then 'pending' when 2 then 'running'
      else 'awaiting_approval' end end`
  const error = `case when ${isEnded} and n % 100 in (4, 5, 6, 7) then 'Error: the model was busy, try ' || (n % 7)
    when ${isEnded} and n % 100 in (8, 9) then 'TypeError: field ' || n || ' is missing' end`
  const series = (condition = 'true', first = from, end = to) =>
    `from (with recursive s(n) as (select cast(${first} as bigint) union all select n + 1 from s
      where n < ${end - 1}) select n from s where ${condition}) as s`
  const of10 = `cross join (${Array.from({ length: 10 }, (_, k) => `select ${k + 1} as k`).join(' union all ')}) as t`
  return [
    `insert into agentic_session select ${session}, ${owner}, 'c' || ${sessionOf}, '{}', ${2 * perSession},
      ${moment('n')}, ${moment(`n + ${perSession - 1}`)} ${series(`n % ${perSession} = 0`)}`,
    `insert into agentic_item select ${session}, (n % ${perSession}) * 2 + k, ${run},
      '{"type":"message","role":"user","content":"What does AB123 cost?"}', ${moment('n')}
      ${series()} ${of10} where k <= 2`,
    `insert into agentic_run (id, owner, session_id, session_key, agent_key, status, attempt, worker_id,
        lease_expires_at, front, base_position, max_turns, requests, input_tokens, output_tokens, total_tokens,
        last_sequence, created_at, started_at, finished_at, error_code, error, output)
      select ${run}, ${owner}, ${session}, 'c' || ${sessionOf}, 'a' || (n / 7 % 5), ${status}, 1,
        case when ${isEnded} then null else 'w' end, case when ${isEnded} then null else ${now * 2} end,
        1, 0, 10, 2, 900 + n % 100, 40 + n % 10, 940 + n % 110, 10, ${moment('n')}, ${moment('n')} + n % 50,
        case when ${isEnded} then ${moment('n')} + n % 50 + n % 3000 end,
        case when ${error} is not null then 'agent_error' end, ${error},
        case when ${isEnded} and n % 100 > 9 then '"It costs 120 euros."' end ${series()}`,
    `insert into agentic_run_input select ${run}, '"What does AB123 cost?"', 'null' ${series()}`,
    `insert into agentic_step (run_id, path, kind, state, attempt, agent_name, name, call_id, arguments,
        effective_arguments, result, input_tokens, output_tokens, started_at, finished_at)
      select ${run}, case k when 1 then 'r/m0' when 2 then 'r/m0/t0' else 'r/m1' end,
        case k when 2 then 'tool' else 'model' end, 'done', 1, 'Prices', case k when 2 then 'price' else 'gpt' end,
        case k when 2 then 'call_1' end, case k when 2 then '{"sku":"AB123"}' end, null,
        '{"output":"a response of the usual length, with some words in it"}', 450, 20, ${moment('n')} + k,
        ${moment('n')} + k + 20 ${series()} ${of10} where k <= 3`,
    `insert into agentic_event select ${run}, k,
        case k when 1 then 'run.created' when 2 then 'run.attempt_started' when 10 then 'run.completed'
          else 'tool_output' end, '{"path":"r/m0/t0","tool_name":"price","output":"120 euros"}', ${moment('n')} + k
      ${series()} ${of10}`,
    // Of those that wait one each; some were decided; of some runs that were cancelled nobody ever did.
    `insert into agentic_approval (id, run_id, owner, path, tool_name, agent_name, arguments, status,
        decided_by, created_at, decided_at)
      select ${id(kinds.approval, 'n')}, ${run}, ${owner}, 'r/m0/t0', 'refund', 'Prices', '{"amount":5}',
        case when n % 100 = 50 and ${isEnded} then 'approved' else 'pending' end, 'o', ${moment('n')}, ${moment('n')}
      ${series(`${isEnded} and (n % 100 = 50 or n % 500 = 0) or not (${isEnded}) and n % 5 > 2`)}`,
    `insert into agentic_audit select ${id(kinds.audit, 'n')}, ${moment('n')}, 'root', 'retry', 'run', ${run},
        ${owner}, '{}' ${series('n % 100 = 1')}`,
  ]
}

interface Connection {
  dialect: Dialect
  execute: (statements: string[]) => Promise<void>
  settle: () => Promise<void>
}

async function connect(url: string): Promise<Connection> {
  if (url.startsWith('file:')) return sqlite(url.slice('file:'.length))
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('set synchronous_commit = off')
  return {
    dialect: {
      hex: (value) => `lpad(to_hex(cast(${value} as bigint)), 12, '0')`,
      padded: (value) => `lpad(cast(${value} as text), 11, '0')`,
    },
    async execute(all) {
      for (const statement of all) await client.query(statement)
    },
    // As autovacuum would have done by the time there are so many rows.
    async settle() {
      await client.query('vacuum analyze')
      await client.end()
    },
  }
}

function sqlite(file: string): Connection {
  const database = new DatabaseSync(file)
  database.exec('pragma synchronous = off; pragma cache_size = -500000')
  return {
    dialect: {
      hex: (value) => `printf('%012x', ${value})`,
      padded: (value) => `printf('%011d', ${value})`,
    },
    async execute(all) {
      database.exec('begin')
      for (const statement of all) database.exec(statement)
      database.exec('commit')
    },
    async settle() {
      database.exec('pragma wal_checkpoint(truncate)')
      database.close()
    },
  }
}
