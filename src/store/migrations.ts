import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { DatabaseFacts } from './database.ts'

type Step = (db: Kysely<unknown>, names: Names) => Promise<void>
interface Names {
  prefix: string
  facts: DatabaseFacts
}

/**
 * Every change of the schema ever released, in order. Append only: a released one never changes
 * (`tests/store/migrations.test.ts` keeps their hashes).
 */
const steps: Record<string, Step> = {
  '0001_first_schema': firstSchema,
}

export function migrationsFor(prefix: string, facts: DatabaseFacts): Record<string, Migration> {
  const entries = Object.entries(steps).map(([name, step]) => [
    name,
    { up: async (db: Kysely<unknown>) => step(db, { prefix, facts }) },
  ])
  return Object.fromEntries(entries) as Record<string, Migration>
}

async function firstSchema(db: Kysely<unknown>, { prefix, facts }: Names): Promise<void> {
  const name = (table: string) => sql.table(prefix + table)
  const index = (table: string, suffix: string) => sql.id(`${prefix}${table}_${suffix}`)
  const run = async (statement: ReturnType<typeof sql>) => void (await statement.execute(db))
  const clustered = facts.clusteredTable

  await run(sql`create table ${name('session')} (
    id text primary key, owner text not null, session_key text not null, metadata text not null,
    last_position bigint not null default 0, created_at bigint not null, updated_at bigint not null)`)
  await run(
    sql`create unique index ${index('session', 'owner_key')} on ${name('session')} (owner, session_key)`,
  )
  await run(
    sql`create index ${index('session', 'recent')} on ${name('session')} (owner, updated_at, id)`,
  )

  await run(sql`create table ${name('item')} (
    session_id text not null, position bigint not null, run_id text, payload text not null,
    created_at bigint not null, primary key (session_id, position)) ${clustered}`)

  await run(sql`create table ${name('run')} (
    id text primary key, owner text not null, session_id text not null, session_key text not null,
    agent_key text not null, status text not null, attempt integer not null default 0, worker_id text,
    lease_expires_at bigint, session_active integer, front integer not null, turn bigint,
    owner_slot integer, agent_slot integer, total_slot integer, cancel_requested_at bigint,
    last_sequence bigint not null default 0, attempt_steps integer not null default 0,
    stalled_attempts integer not null default 0, base_position bigint, max_turns integer not null,
    requests integer not null default 0, input_tokens bigint not null default 0,
    output_tokens bigint not null default 0, total_tokens bigint not null default 0, retry_of text,
    idempotency_key text, pruned_sequence bigint not null default 0,
    deltas_kept integer not null default 0, created_at bigint not null, started_at bigint, finished_at bigint, error_code text, error text, output text)`)
  await run(
    sql`create unique index ${index('run', 'session_active')} on ${name('run')} (session_id) where session_active = 1`,
  )
  await run(
    sql`create index ${index('run', 'session_unfinished')} on ${name('run')} (session_id, id) where finished_at is null`,
  )
  await run(
    sql`create index ${index('run', 'lane')} on ${name('run')} (owner, agent_key, id) where status = 'pending' and front = 1`,
  )
  await run(
    sql`create index ${index('run', 'lane_turn')} on ${name('run')} (owner, agent_key) where status = 'pending' and turn is not null`,
  )
  await run(
    sql`create index ${index('run', 'agent_turn')} on ${name('run')} (agent_key, turn, id) where status = 'pending' and turn is not null`,
  )
  await run(
    sql`create index ${index('run', 'turn')} on ${name('run')} (turn) where status = 'pending' and turn is not null`,
  )
  await run(
    sql`create index ${index('run', 'pending_owner')} on ${name('run')} (owner) where status = 'pending'`,
  )
  await run(
    sql`create index ${index('run', 'lease')} on ${name('run')} (lease_expires_at) where status = 'running'`,
  )
  await run(
    sql`create index ${index('run', 'worker')} on ${name('run')} (worker_id) where status = 'running'`,
  )
  await run(
    sql`create unique index ${index('run', 'owner_slot')} on ${name('run')} (owner, owner_slot) where owner_slot is not null`,
  )
  await run(
    sql`create unique index ${index('run', 'agent_slot')} on ${name('run')} (agent_key, agent_slot) where agent_slot is not null`,
  )
  await run(
    sql`create unique index ${index('run', 'total_slot')} on ${name('run')} (total_slot) where total_slot is not null`,
  )
  await run(
    sql`create unique index ${index('run', 'idempotency')} on ${name('run')} (owner, idempotency_key) where idempotency_key is not null`,
  )
  await run(
    sql`create index ${index('run', 'deltas_kept')} on ${name('run')} (finished_at) where deltas_kept = 1`,
  )
  await run(sql`create index ${index('run', 'owner_recent')} on ${name('run')} (owner, id)`)
  await run(sql`create index ${index('run', 'session_recent')} on ${name('run')} (session_id, id)`)

  await run(sql`create table ${name('run_input')} (
    run_id text primary key, input text not null, context text not null) ${clustered}`)

  await run(sql`create table ${name('step')} (
    run_id text not null, path text not null, kind text not null, state text not null,
    attempt integer not null, agent_name text not null, name text not null, call_id text, arguments text,
    effective_arguments text, result text, given text, input_tokens bigint not null default 0,
    output_tokens bigint not null default 0, started_at bigint not null, finished_at bigint,
    primary key (run_id, path)) ${clustered}`)

  await run(sql`create table ${name('event')} (
    run_id text not null, sequence bigint not null, type text not null, payload text not null,
    created_at bigint not null, primary key (run_id, sequence)) ${clustered}`)

  await run(sql`create table ${name('approval')} (
    id text primary key, run_id text not null, owner text not null, path text not null,
    tool_name text not null, agent_name text not null, arguments text not null, status text not null,
    message text, decided_by text, created_at bigint not null, decided_at bigint)`)
  await run(
    sql`create unique index ${index('approval', 'path')} on ${name('approval')} (run_id, path)`,
  )
  await run(
    sql`create index ${index('approval', 'owner')} on ${name('approval')} (owner, status, id)`,
  )

  await run(sql`create table ${name('rate')} (
    owner text primary key, window_start bigint not null, used integer not null) ${clustered}`)
  await run(sql`create table ${name('worker')} (
    id text primary key, host text not null, pid integer not null, concurrency integer not null,
    started_at bigint not null, heartbeat_at bigint not null)`)
}
