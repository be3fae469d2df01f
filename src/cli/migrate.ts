import { Command } from 'commander'
import { openDatabase } from '../store/open.ts'

interface MigrateOptions {
  database: string
  tablePrefix: string
  json?: boolean
}

/** `agentic migrate`: brings the schema up to date, for apps that run with `migrate: false`. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description(
      'Brings the schema of a database up to date; safe to run at any time and twice at once',
    )
    .option(
      '--database <url>',
      'database, e.g. file:./agentic.db (default: $DATABASE_URL, else file:./agentic.db)',
      process.env['DATABASE_URL'] ?? 'file:./agentic.db',
    )
    .option('--table-prefix <prefix>', 'prefix of the tables', 'agentic_')
    .option('--json', 'print {"applied": [names]}')
    .action(async (options: MigrateOptions) => runMigrate(options))
}

async function runMigrate(options: MigrateOptions): Promise<void> {
  const { database: url, tablePrefix: prefix } = options
  const database = await openDatabase({ url, prefix, durability: 'full' })
  try {
    const applied = await database.migrate()
    console.log(options.json === true ? JSON.stringify({ applied }) : describe(applied))
  } finally {
    await database.close()
  }
}

function describe(applied: string[]): string {
  if (applied.length === 0) return 'The schema is up to date.'
  return [...applied.map((name) => `Applied ${name}.`), 'The schema is up to date.'].join('\n')
}
