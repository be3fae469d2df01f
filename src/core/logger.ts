import { inspect } from 'node:util'

/** The small logger port; pino and console fit. */
export interface Logger {
  info(fields: Record<string, unknown>, message: string): void
  warn(fields: Record<string, unknown>, message: string): void
  error(fields: Record<string, unknown>, message: string): void
}

/** Warnings and errors to stderr as one line of JSON each; information is not printed. */
export const defaultLogger: Logger = {
  info() {},
  warn: (fields, message) => printLine('warn', fields, message),
  error: (fields, message) => printLine('error', fields, message),
}

function printLine(level: string, fields: Record<string, unknown>, message: string): void {
  process.stderr.write(`${JSON.stringify({ level, message, ...describe(fields) })}\n`)
}

function describe(fields: Record<string, unknown>): Record<string, unknown> {
  const described: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(fields)) {
    described[key] = value instanceof Error ? (value.stack ?? String(value)) : printable(value)
  }
  return described
}

/** An app may throw anything, also what is no JSON: a response, a row with a BigInt, an object that holds itself. */
function printable(value: unknown): unknown {
  try {
    JSON.stringify(value)
    return value
  } catch {
    return inspect(value)
  }
}

/** The app's logger, which may fail as anything of the app's: neither runs nor the process end by that. */
export function steady(logger: Logger): Logger {
  const call = (level: keyof Logger) => (fields: Record<string, unknown>, message: string) => {
    try {
      logger[level](fields, message)
    } catch (error) {
      printLine('error', { error, of: message }, 'the logger threw')
    }
  }
  return { info: call('info'), warn: call('warn'), error: call('error') }
}
