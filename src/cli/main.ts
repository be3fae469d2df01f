#!/usr/bin/env node
import { inspect } from 'node:util'
import { CommanderError } from 'commander'
import { isAgenticError } from '../core/errors.ts'
import { CliError } from './cli-error.ts'
import { buildProgram } from './program.ts'

try {
  await buildProgram().parseAsync()
} catch (error) {
  process.exitCode = report(error)
}
// On some systems a pipe is written to later. What an app's config file opened would keep the process for ever.
await new Promise<void>((resolve) => process.stdout.write('', () => resolve()))
process.exit()

function report(error: unknown): number {
  // It has said what it has to say; asking for help is one as well, with code 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof CliError) {
    console.error(`agentic: ${error.message}`)
    // Somebody else's error, of an app's file: where it comes from is in its stack.
    if (error.cause !== undefined) console.error(inspect(error.cause))
    return error.exitCode
  }
  // What was meant to be said is one line; anything else is a defect and keeps its stack.
  console.error(isAgenticError(error) ? `agentic: ${error.message}` : error)
  return 1
}
