import { sql, type RawBuilder } from 'kysely'
import { indexing, tableName, type Names } from './ddl.ts'

export interface Migration {
  name: string
  statements: RawBuilder<unknown>[]
  /** False for what cannot be undone by a rollback: an index made without blocking writes. Safe to repeat then. */
  inTransaction: boolean
}

type Step = (names: Names) => RawBuilder<unknown>[]

/**
 * Every change of the schema ever released, in order. Append only: a released one never changes
 * (`tests/store/migrations.test.ts` keeps their hashes).
 */
const steps: Record<string, { step: Step; inTransaction: boolean }> = {
  '0001_first_schema': { step: firstSchema, inTransaction: true },
  '0002_runs_by_status': { step: runsByStatus, inTransaction: false },
  '0003_fewer_indexes': { step: fewerIndexes, inTransaction: false },
  '0004_whole_approvals': { step: wholeApprovals, inTransaction: true },
  '0005_operations': { step: operations, inTransaction: false },
  '0006_costs': { step: costs, inTransaction: true },
  '0007_what_is_kept': { step: whatIsKept, inTransaction: true },
  '0008_runs_by_end': { step: runsByEnd, inTransaction: false },
  '0009_linked_traces': { step: linkedTraces, inTransaction: true },
  '0010_lanes_before_others': { step: lanesBeforeOthers, inTransaction: false },
}

export function migrationsFor(names: Names): Migration[] {
  return Object.entries(steps).map(([name, { step, inTransaction }]) => ({
    name,
    statements: step(names),
    inTransaction,
  }))
}

function firstSchema(names: Names): RawBuilder<unknown>[] {
  const { prefix, facts } = names
  const statements: RawBuilder<unknown>[] = []
  const name = (table: string) => tableName(names, table)
  const index = (table: string, suffix: string) => sql.id(`${prefix}${table}_${suffix}`)
  const run = (statement: RawBuilder<unknown>) => statements.push(statement)
  const { key, clusteredTable: clustered } = facts

  run(sql`create table ${name('session')} (
    id ${key} primary key, owner ${key} not null, session_key ${key} not null, metadata text not null,
    last_position bigint not null default 0, created_at bigint not null, updated_at bigint not null)`)
  run(
    sql`create unique index ${index('session', 'owner_key')} on ${name('session')} (owner, session_key)`,
  )
  run(sql`create index ${index('session', 'recent')} on ${name('session')} (owner, updated_at, id)`)

  run(sql`create table ${name('item')} (
    session_id ${key} not null, position bigint not null, run_id ${key}, payload text not null,
    created_at bigint not null, primary key (session_id, position)) ${clustered}`)

  run(sql`create table ${name('run')} (
    id ${key} primary key, owner ${key} not null, session_id ${key} not null, session_key ${key} not null,
    agent_key ${key} not null, status text not null, attempt integer not null default 0, worker_id ${key},
    lease_expires_at bigint, session_active integer, front integer not null, turn bigint,
    owner_slot integer, agent_slot integer, total_slot integer, cancel_requested_at bigint,
    last_sequence bigint not null default 0, attempt_steps integer not null default 0,
    stalled_attempts integer not null default 0, base_position bigint, max_turns integer not null,
    requests integer not null default 0, input_tokens bigint not null default 0,
    output_tokens bigint not null default 0, total_tokens bigint not null default 0, retry_of ${key},
    idempotency_key ${key}, pruned_sequence bigint not null default 0,
    deltas_kept integer not null default 0, created_at bigint not null, started_at bigint, finished_at bigint, error_code text, error text, output text)`)
  run(
    sql`create unique index ${index('run', 'session_active')} on ${name('run')} (session_id) where session_active = 1`,
  )
  run(
    sql`create index ${index('run', 'session_unfinished')} on ${name('run')} (session_id, id) where finished_at is null`,
  )
  run(
    sql`create index ${index('run', 'lane')} on ${name('run')} (owner, agent_key, id) where status = 'pending' and front = 1`,
  )
  run(
    sql`create index ${index('run', 'lane_turn')} on ${name('run')} (owner, agent_key) where status = 'pending' and turn is not null`,
  )
  run(
    sql`create index ${index('run', 'agent_turn')} on ${name('run')} (agent_key, turn, id) where status = 'pending' and turn is not null`,
  )
  run(
    sql`create index ${index('run', 'turn')} on ${name('run')} (turn) where status = 'pending' and turn is not null`,
  )
  run(
    sql`create index ${index('run', 'pending_owner')} on ${name('run')} (owner) where status = 'pending'`,
  )
  run(
    sql`create index ${index('run', 'lease')} on ${name('run')} (lease_expires_at) where status = 'running'`,
  )
  run(
    sql`create index ${index('run', 'worker')} on ${name('run')} (worker_id) where status = 'running'`,
  )
  run(
    sql`create unique index ${index('run', 'owner_slot')} on ${name('run')} (owner, owner_slot) where owner_slot is not null`,
  )
  run(
    sql`create unique index ${index('run', 'agent_slot')} on ${name('run')} (agent_key, agent_slot) where agent_slot is not null`,
  )
  run(
    sql`create unique index ${index('run', 'total_slot')} on ${name('run')} (total_slot) where total_slot is not null`,
  )
  run(
    sql`create unique index ${index('run', 'idempotency')} on ${name('run')} (owner, idempotency_key) where idempotency_key is not null`,
  )
  run(
    sql`create index ${index('run', 'deltas_kept')} on ${name('run')} (finished_at) where deltas_kept = 1`,
  )
  run(sql`create index ${index('run', 'owner_recent')} on ${name('run')} (owner, id)`)
  run(sql`create index ${index('run', 'session_recent')} on ${name('run')} (session_id, id)`)

  run(sql`create table ${name('run_input')} (
    run_id ${key} primary key, input text not null, context text not null) ${clustered}`)

  run(sql`create table ${name('step')} (
    run_id ${key} not null, path ${key} not null, kind text not null, state text not null,
    attempt integer not null, agent_name text not null, name text not null, call_id text, arguments text,
    effective_arguments text, result text, given text, input_tokens bigint not null default 0,
    output_tokens bigint not null default 0, started_at bigint not null, finished_at bigint,
    primary key (run_id, path)) ${clustered}`)

  run(sql`create table ${name('event')} (
    run_id ${key} not null, sequence bigint not null, type text not null, payload text not null,
    created_at bigint not null, primary key (run_id, sequence)) ${clustered}`)

  run(sql`create table ${name('approval')} (
    id ${key} primary key, run_id ${key} not null, owner ${key} not null, path ${key} not null,
    tool_name text not null, agent_name text not null, arguments text not null, status text not null,
    message text, decided_by text, created_at bigint not null, decided_at bigint)`)
  run(sql`create unique index ${index('approval', 'path')} on ${name('approval')} (run_id, path)`)
  run(sql`create index ${index('approval', 'owner')} on ${name('approval')} (owner, status, id)`)

  run(sql`create table ${name('rate')} (
    owner ${key} primary key, window_start bigint not null, used integer not null) ${clustered}`)
  run(sql`create table ${name('worker')} (
    id ${key} primary key, host text not null, pid integer not null, concurrency integer not null,
    started_at bigint not null, heartbeat_at bigint not null)`)
  return statements
}

/** Lists of one owner's runs in one status, however many others the owner has. */
function runsByStatus({ prefix, schema, facts }: Names): RawBuilder<unknown>[] {
  const { concurrently } = facts
  const name = `${prefix}run_owner_status`
  const run = tableName({ prefix, schema }, 'run')
  const index = sql.id(...(schema === null ? [name] : [schema, name]))
  // What an interrupted attempt left behind is not valid: it is made anew.
  return [
    sql`drop index ${concurrently} if exists ${index}`,
    sql`create index ${concurrently} ${sql.id(name)} on ${run} (owner, status, id)`,
  ]
}

/** Every index is written three times in the life of a run: those that others can answer for go. */
function fewerIndexes({ prefix, schema, facts }: Names): RawBuilder<unknown>[] {
  return ['turn', 'pending_owner', 'worker'].map((suffix) => {
    const name = `${prefix}run_${suffix}`
    const index = sql.id(...(schema === null ? [name] : [schema, name]))
    return sql`drop index ${facts.concurrently} if exists ${index}`
  })
}

/** What a person may say besides yes and no, until when, and whether a call was cut off. */
function wholeApprovals({ prefix, schema }: Names): RawBuilder<unknown>[] {
  const approval = tableName({ prefix, schema }, 'approval')
  const index = (suffix: string) => sql.id(`${prefix}approval_${suffix}`)
  const columns = [
    sql`interrupted_attempt integer not null default 0`,
    sql`edited_arguments text`,
    sql`rest_of_run integer not null default 0`,
    sql`result text`,
    sql`expires_at bigint`,
  ]
  return [
    ...columns.map((column) => sql`alter table ${approval} add column ${column}`),
    sql`create index ${index('pending')} on ${approval} (id) where status = 'pending'`,
    sql`create index ${index('expiring')} on ${approval} (expires_at)
      where status = 'pending' and expires_at is not null`,
  ]
}

/**
 * What people in charge look for, whoever the owner is. Runs that end well enter none of these, and those that begin
 * at once do not wait, so that the usual run pays nothing. Session keys are found by the index that makes them unique,
 * its columns the other way round.
 */
function operations(names: Names): RawBuilder<unknown>[] {
  const { key, byBytes } = names.facts
  const table = (name: string) => tableName(names, name)
  const { drop, make } = indexing(names)
  const unsuccessful = sql`status in ('failed', 'cancelled')`
  return [
    sql`create table if not exists ${table('audit')} (
      id ${key} primary key, at bigint not null, actor text not null, action text not null,
      target text not null, target_id ${key} not null, owner ${key}, details text not null)`,
    ...make('audit_target', sql`${table('audit')} (target_id, id)`),
    ...make(
      'run_waiting',
      sql`${table('run')} (status, id) where status in ('pending', 'awaiting_approval')`,
    ),
    ...make('run_unsuccessful', sql`${table('run')} (status, id) where ${unsuccessful}`),
    ...make(
      'run_unsuccessful_agent',
      sql`${table('run')} (agent_key, status, id) where ${unsuccessful}`,
    ),
    ...make('approval_decided', sql`${table('approval')} (status, id) where status <> 'pending'`),
    ...make(
      'run_error',
      sql`${table('run')} ((substr(error, 1, 64) ${byBytes}), id) where error is not null`,
    ),
    ...make('session_key_owner', sql`${table('session')} (session_key, owner)`, sql`unique`),
    drop('session_owner_key'),
    ...make('session_used', sql`${table('session')} (updated_at, id)`),
  ]
}

/** What responses cost, and what that depends on. A version that knows none of it leaves the cost unknown. */
function costs(names: Names): RawBuilder<unknown>[] {
  const cached = sql`cached_tokens bigint not null default 0`
  const reasoning = sql`reasoning_tokens bigint not null default 0`
  const ofStep = [cached, reasoning, sql`total_tokens bigint`, sql`cost double precision`]
  const cost = sql`cost double precision not null default 0`
  const ofRun = [cached, reasoning, cost, sql`priced_requests integer not null default 0`]
  const add = (table: string, columns: RawBuilder<unknown>[]) =>
    columns.map((column) => sql`alter table ${tableName(names, table)} add column ${column}`)
  return [...add('step', ofStep), ...add('run', ofRun)]
}

/** What cleanup has left of a run, and who does what one process of all does. */
function whatIsKept({ prefix, schema, facts }: Names): RawBuilder<unknown>[] {
  const name = (table: string) => tableName({ prefix, schema }, table)
  const { key, clusteredTable: clustered } = facts
  return [
    sql`alter table ${name('run')} add column kept integer not null default 3`,
    sql`alter table ${name('run')} add column pruned integer not null default 0`,
    sql`create table ${name('chore')} (
      name ${key} primary key, held_until bigint not null, done_at bigint not null) ${clustered}`,
  ]
}

/** Finds what is old, by how it ended and what is left of it; a run that has not ended costs nothing here. */
function runsByEnd({ prefix, schema, facts }: Names): RawBuilder<unknown>[] {
  const { concurrently } = facts
  const name = `${prefix}run_ended`
  const run = tableName({ prefix, schema }, 'run')
  const index = sql.id(...(schema === null ? [name] : [schema, name]))
  return [
    sql`drop index ${concurrently} if exists ${index}`,
    sql`create index ${concurrently} ${sql.id(name)} on ${run} (status, kept, finished_at)
      where finished_at is not null`,
  ]
}

/** The spans that the next attempt of a run is linked to, as W3C `traceparent`. */
function linkedTraces(names: Names): RawBuilder<unknown>[] {
  const columns = [sql`submit_trace text`, sql`attempt_trace text`]
  return columns.map((column) => sql`alter table ${tableName(names, 'run')} add column ${column}`)
}

/**
 * What a claim looks up of a lane and of a session, by indexes with the columns of their conditions, although each has
 * one value there: SQLite, which has no statistics of a table, otherwise takes an index of more rows for a better one.
 */
function lanesBeforeOthers(names: Names): RawBuilder<unknown>[] {
  const run = tableName(names, 'run')
  const { drop, make } = indexing(names)
  return [
    ...make(
      'run_first_of_lane',
      sql`${run} (status, front, owner, agent_key, id) where status = 'pending' and front = 1`,
    ),
    ...make(
      'run_turn_of_lane',
      sql`${run} (owner, agent_key, status, turn) where status = 'pending' and turn is not null`,
    ),
    ...make('run_unfinished', sql`${run} (session_id, finished_at, id) where finished_at is null`),
    ...['run_lane', 'run_lane_turn', 'run_session_unfinished'].map(drop),
  ]
}
