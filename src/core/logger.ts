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
    described[key] = value instanceof Error ? (value.stack ?? String(value)) : value
  }
  return described
}
