import { Command } from 'commander'
import { migrateCommand } from './migrate.ts'

/** The command line: one file per command. */
export function buildProgram(): Command {
  return new Command('agentic')
    .description('Operates agentic-node: durable agent runs in your own database')
    .showHelpAfterError('(add --help for the options)')
    .addCommand(migrateCommand())
}
