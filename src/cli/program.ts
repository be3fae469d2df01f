import { Command } from 'commander'
import { cleanupCommand } from './cleanup.ts'
import { doctorCommand } from './doctor.ts'
import { migrateCommand } from './migrate.ts'
import { ownerCommand } from './owner.ts'
import { recoverCommand } from './recover.ts'
import { runsCommand } from './runs.ts'
import { workerCommand } from './worker.ts'

/** The command line: one file per command. Errors are thrown, for `main.ts` to make an exit code of. */
export function buildProgram(): Command {
  const program = new Command('agentic')
    .description('Operates agentic-node: durable agent runs in your own database')
    .showHelpAfterError('(add --help for the options)')
    .exitOverride()
  const commands = [
    ...[workerCommand(), migrateCommand(), cleanupCommand(), recoverCommand(), doctorCommand()],
    ...[runsCommand(), ownerCommand()],
  ]
  for (const command of commands) adopt(program, command)
  return program
}

function adopt(parent: Command, command: Command): void {
  if (!parent.commands.includes(command)) parent.addCommand(command)
  command.copyInheritedSettings(parent)
  for (const one of command.commands) adopt(command, one)
}
