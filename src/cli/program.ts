import { Command } from 'commander'
import { cleanupCommand } from './cleanup.ts'
import { migrateCommand } from './migrate.ts'
import { workerCommand } from './worker.ts'

/** The command line: one file per command. Errors are thrown, for `main.ts` to make an exit code of. */
export function buildProgram(): Command {
  const program = new Command('agentic')
    .description('Operates agentic-node: durable agent runs in your own database')
    .showHelpAfterError('(add --help for the options)')
    .exitOverride()
  for (const command of [workerCommand(), migrateCommand(), cleanupCommand()]) {
    program.addCommand(command.copyInheritedSettings(program))
  }
  return program
}
