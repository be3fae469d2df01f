import { setTimeout as delay } from 'node:timers/promises'

const patienceMs = 10_000
const longestPauseMs = 250

/**
 * Does something with a database again while it is locked, or its server is away or starting. A long `busy_timeout` of
 * SQLite would stop the whole process while it waits; this waits without blocking.
 */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + patienceMs
  for (let pauseMs = 15; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    try {
      return await work()
    } catch (error) {
      if (!isPassing(error) || Date.now() > deadline) throw error
      await delay(pauseMs * (0.5 + Math.random()))
    }
  }
}

/** Nobody's mistake, and perhaps over at the next try. */
export function isPassing(error: unknown): boolean {
  return error instanceof Error && (isBusy(error) || isAway(error))
}

/** SQLITE_BUSY and its extended codes. */
function isBusy(error: Error): boolean {
  return 'errcode' in error && (Number(error.errcode) & 0xff) === 5
}

/** Of a server: it goes down or comes up, has no place, chose another of two; or the line to it is cut. */
function isAway(error: Error): boolean {
  const code = 'code' in error ? String(error.code) : ''
  if (/^(?:08\w{3}|57P\d\d|53300|40001|40P01)$/.test(code)) return true
  if (/^E(?:CONN|PIPE|AI_AGAIN|HOST|NET|TIMEDOUT)/.test(code)) return true
  return /^Connection terminated|timeout exceeded|read timeout|not queryable/.test(error.message)
}
