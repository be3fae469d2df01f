import { Command } from 'commander'
import { openDatabase } from '../store/open.ts'
import { CliError } from './cli-error.ts'
import { findConfig, findConventional } from './find-config.ts'
import { loadInstance } from './load-instance.ts'
import { tablePrefix } from './options.ts'

interface MigrateOptions {
  config?: string
  database?: string
  tablePrefix?: string
  print?: boolean
  json?: boolean
}

/** What has a schema: an app's instance, or a database that is named. */
interface Target {
  migrate(): Promise<string[]>
  plannedSql(): Promise<string[]>
  close(): Promise<void>
}

/** `agentic migrate`: brings the schema up to date, for apps that run with `migrate: false`. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description(
      'Brings the schema of a database up to date; safe to run at any time and twice at once',
    )
    .option(
      '--config <file>',
      'the app whose database it is (default: agentic.config.{ts,mts,js,mjs} here, in src or in dist)',
    )
    .option(
      '--database <url>',
      'a database instead, e.g. postgres://… or file:./agentic.db (default where there is no config file: $DATABASE_URL, else file:./agentic.db)',
    )
    .option(
      '--table-prefix <prefix>',
      'with --database: prefix of the tables (default: agentic_)',
      tablePrefix,
    )
    .option('--print', 'print the SQL it would execute, and execute nothing')
    .option('--json', 'print {"applied": [names]}, or {"sql": [statements]}')
    .action(async (options: MigrateOptions) => runMigrate(options))
}

async function runMigrate(options: MigrateOptions): Promise<void> {
  const { print = false, json = false } = options
  const target = await open(options)
  try {
    if (print) {
      const sql = await target.plannedSql()
      console.log(json ? JSON.stringify({ sql }) : describeSql(sql))
    } else {
      const applied = await target.migrate()
      console.log(json ? JSON.stringify({ applied }) : describe(applied))
    }
  } finally {
    await target.close()
  }
}

async function open({ config, database, tablePrefix: prefix }: MigrateOptions): Promise<Target> {
  if (database !== undefined && config !== undefined) {
    throw new CliError(2, '--config and --database both say which database it is: give one.')
  }
  const named = config === undefined ? findConventional() : findConfig(config)
  if (database === undefined && named !== null) {
    if (prefix === undefined) return loadInstance(named)
    throw new CliError(
      2,
      `--table-prefix goes with --database; the one of ${named} is in its settings.`,
    )
  }
  return openDatabase({
    url: database ?? (process.env['DATABASE_URL'] || 'file:./agentic.db'),
    prefix: prefix ?? 'agentic_',
    durability: 'full',
  })
}

function describe(applied: string[]): string {
  return [...applied.map((name) => `Applied ${name}.`), 'The schema is up to date.'].join('\n')
}

/** Fit to be given to `psql` or `sqlite3`, also where there is nothing to do. */
function describeSql(sql: string[]): string {
  return sql.length === 0 ? '-- The schema is up to date.' : sql.join('\n')
}
