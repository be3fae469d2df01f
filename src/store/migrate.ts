import { Migrator, type MigrationResult } from 'kysely/migration'
import { AgenticError } from '../core/errors.ts'
import type { Executor } from './database.ts'
import { migrationsFor } from './migrations.ts'
import { sql } from 'kysely'

export interface MigrateOptions {
  reading: Executor
  prefix: string
  write: <T>(unit: (executor: Executor) => Promise<T>) => Promise<T>
}

/** Applies what is missing, in one transaction, and answers the names of what it applied. */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  if (await isUpToDate(options)) return []
  const results = await options.write(async (executor) => applyMissing(executor, options.prefix))
  return results.filter((result) => result.status === 'Success').map((r) => r.migrationName)
}

async function applyMissing(executor: Executor, prefix: string): Promise<MigrationResult[]> {
  const migrator = new Migrator({
    // The prefix plugin must not touch Kysely's own bookkeeping tables.
    db: executor.kysely.withoutPlugins(),
    provider: { getMigrations: async () => migrationsFor(prefix, executor.facts) },
    migrationTableName: `${prefix}migration`,
    migrationLockTableName: `${prefix}migration_lock`,
  })
  const { error, results } = await migrator.migrateToLatest()
  if (error !== undefined) throw migrationFailed(error, results ?? [])
  return results ?? []
}

/** The usual case at a start: one read, no write lock. */
async function isUpToDate({ reading, prefix }: MigrateOptions): Promise<boolean> {
  try {
    const table = sql.table(`${prefix}migration`)
    const { rows } = await sql<{ name: string }>`select name from ${table}`.execute(
      reading.kysely.withoutPlugins(),
    )
    const applied = new Set(rows.map((row) => row.name))
    return Object.keys(migrationsFor(prefix, reading.facts)).every((name) => applied.has(name))
  } catch {
    // The bookkeeping table does not exist yet, or cannot be read: migrating says what is wrong.
    return false
  }
}

function migrationFailed(error: unknown, results: MigrationResult[]): unknown {
  const failed = results.find((result) => result.status === 'Error')
  if (failed === undefined) return error
  return new AgenticError(
    'migration_failed',
    `Migration ${failed.migrationName} failed: ${error instanceof Error ? error.message : String(error)}. Nothing was changed; mend the cause and run \`agentic migrate\`.`,
    { cause: error },
  )
}
