#!/usr/bin/env node
import { buildProgram } from './program.ts'
import { isAgenticError } from '../core/errors.ts'

try {
  await buildProgram().parseAsync()
} catch (error) {
  // What was meant to be said is one line; anything else is a defect and keeps its stack.
  const text = isAgenticError(error) ? `agentic: ${error.message}` : error
  console.error(text)
  process.exitCode = 1
}
