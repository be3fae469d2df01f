import { sql, type RawBuilder } from 'kysely'
import { AgenticError } from '../core/errors.ts'
import type { Compiler, Executor } from './database.ts'
import { tableName, type Names } from './ddl.ts'
import { migrationsFor, type Migration } from './migrations.ts'

/** Below the prefix. */
export const bookkeepingTable = 'migration'

/** A database as migrating sees it. */
export interface MigrationHost extends Omit<Names, 'facts'> {
  compiler: Compiler
  read<T>(question: (executor: Executor) => Promise<T>): Promise<T>
  /** One transaction. */
  write<T>(unit: (executor: Executor) => Promise<T>): Promise<T>
  /** Without a transaction around it; null where no statement needs that. */
  alone: ((statement: (executor: Executor) => Promise<unknown>) => Promise<unknown>) | null
  /** Holds off other processes that migrate the same tables. */
  exclusively<T>(migrating: () => Promise<T>): Promise<T>
  /** Whether the schema has to be made first; that takes a privilege which is not asked for in vain. */
  lacksSchema(): Promise<boolean>
  /** Whether the table of what was applied has to be made first. */
  lacksBookkeeping(): Promise<boolean>
}

/** Applies what is missing and answers the names of what it applied. Safe in many processes at once. */
export async function migrate(host: MigrationHost): Promise<string[]> {
  if ((await pendingMigrations(host)).length === 0) return []
  return host.exclusively(async () => {
    const applied = []
    for (const migration of await pendingMigrations(host)) {
      if (await apply(host, migration)) applied.push(migration.name)
    }
    return applied
  })
}

/** The SQL that `migrate` would execute, for those who apply it themselves: it is then found to be applied. */
export async function plannedSql(host: MigrationHost): Promise<string[]> {
  const texts = []
  const before = await preparations(host)
  for (const { name, statements, inTransaction } of await pendingMigrations(host)) {
    const note = sql`insert into ${bookkeeping(host)} (name, timestamp)
      values (${sql.lit(name)}, ${sql.lit(new Date().toISOString())})`
    const all = [...before.splice(0), ...statements, note].map((statement) => text(host, statement))
    texts.push(...(inTransaction ? ['begin', ...all, 'commit'] : all))
  }
  return texts.map((statement) => `${statement};`)
}

/** The names of what `migrate` would apply now. */
export async function pendingNames(host: MigrationHost): Promise<string[]> {
  return (await pendingMigrations(host)).map(({ name }) => name)
}

/** The usual case at a start is one read and no lock: nothing is pending. */
async function pendingMigrations(host: MigrationHost): Promise<Migration[]> {
  const { compiler } = host
  const applied = (await host.lacksBookkeeping())
    ? []
    : await host.read(async (executor) => appliedNames(host, executor))
  if (applied.length === 0) return onNothing(host)
  const all = migrationsFor({ ...host, facts: compiler.facts })
  return all.filter(({ name }) => !applied.includes(name))
}

/** Nobody writes to tables that are only being made, so their indexes need no patience with writers, which is slow. */
function onNothing(host: MigrationHost): Migration[] {
  const facts = { ...host.compiler.facts, concurrently: sql`` }
  return migrationsFor({ ...host, facts }).map((each) => ({ ...each, inTransaction: true }))
}

async function appliedNames(host: MigrationHost, executor: Executor): Promise<string[]> {
  const rows = await run(executor, sql`select name from ${bookkeeping(host)}`)
  return (rows as { name: string }[]).map((row) => row.name)
}

async function apply(host: MigrationHost, migration: Migration): Promise<boolean> {
  const { name, statements } = migration
  const alone = migration.inTransaction ? null : host.alone
  try {
    if (alone !== null) {
      for (const statement of statements) await alone(async (executor) => run(executor, statement))
    }
    const before = await preparations(host)
    return await host.write(async (executor) => {
      for (const statement of before) await run(executor, statement)
      if ((await appliedNames(host, executor)).includes(name)) return false
      if (alone === null) for (const statement of statements) await run(executor, statement)
      const note = sql`insert into ${bookkeeping(host)} (name, timestamp)
        values (${sql.lit(name)}, ${sql.lit(new Date().toISOString())})`
      await run(executor, note)
      return true
    })
  } catch (error) {
    throw migrationFailed(error, migration)
  }
}

async function preparations(host: MigrationHost): Promise<RawBuilder<unknown>[]> {
  const table = sql`create table if not exists ${bookkeeping(host)} (
    name varchar(255) not null primary key, timestamp varchar(255) not null)`
  if (host.schema === null || !(await host.lacksSchema())) return [table]
  return [sql`create schema if not exists ${sql.id(host.schema)}`, table]
}

function bookkeeping(host: MigrationHost): RawBuilder<unknown> {
  return tableName(host, bookkeepingTable)
}

async function run(executor: Executor, statement: RawBuilder<unknown>): Promise<unknown[]> {
  return executor.run({ sql: text(executor, statement), parameters: [], name: null })
}

function text({ compiler }: { compiler: Compiler }, statement: RawBuilder<unknown>): string {
  // The prefix plugin must not touch names that carry the prefix already.
  return statement.compile(compiler.kysely.withoutPlugins()).sql
}

function migrationFailed(error: unknown, { name, inTransaction }: Migration): AgenticError {
  const reason = error instanceof Error ? error.message : String(error)
  const left = inTransaction ? 'Nothing of it was kept' : 'It is safe to repeat'
  return new AgenticError(
    'migration_failed',
    `Migration ${name} failed: ${reason.replace(/\.$/, '')}. ${left}; mend the cause and run \`agentic migrate\`.`,
    { cause: error },
  )
}
