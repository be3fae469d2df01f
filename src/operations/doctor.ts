import type { Diagnosis, Finding } from '../core/housekeeping.ts'
import type { Runtime } from '../runs/runtime.ts'
import { databaseNow } from '../store/clock.ts'
import { missingFile } from '../store/open.ts'
import { checkRows } from './doctor-rows.ts'

const skewMs = 5_000
const queueMs = 10_000

/** Looks from the outside in: what cannot be reached is not asked for more. */
export async function diagnose(runtime: Runtime): Promise<Diagnosis> {
  const findings: Finding[] = []
  for await (const finding of examine(runtime)) findings.push(finding)
  return { isFine: findings.every(({ severity }) => severity !== 'error'), findings }
}

async function* examine(runtime: Runtime): AsyncGenerator<Finding> {
  yield* await checkQueue(runtime)
  const missing = missingFile(runtime.config.database)
  if (missing !== null) {
    yield {
      severity: 'error',
      check: 'database',
      message: `The database file ${missing} does not exist.`,
      advice:
        'If it should, check that `database` names it: a path that is not absolute begins in the folder of the process. Otherwise run `agentic migrate`, or start the app, which makes it.',
    }
    return
  }
  try {
    yield* await checkClock(runtime)
    const pending = await runtime.database.pendingMigrations()
    if (pending.length > 0) {
      yield {
        severity: 'error',
        check: 'migrations',
        message: `The schema lacks ${pending.join(', ')}.`,
        advice: 'Run `agentic migrate`. What depends on these tables was not looked at.',
      }
      return
    }
    yield* await checkRows(runtime)
  } catch (error) {
    yield {
      severity: 'error',
      check: 'database',
      message: `The database does not answer: ${textOf(error)}`,
      advice: 'Check that it runs, that `database` names it, and that this host may reach it.',
    }
  }
}

async function checkClock({ database }: Runtime): Promise<Finding[]> {
  const before = Date.now()
  const now = await database.read(databaseNow)
  const after = Date.now()
  const aheadMs = now < before ? now - before : Math.max(0, now - after)
  if (Math.abs(aheadMs) < skewMs) return []
  const seconds = (Math.abs(aheadMs) / 1000).toFixed(1)
  return [
    {
      severity: 'warning',
      check: 'clock',
      message: `The clock of the database is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the one of this host. Leases and ages go by the database's; the order of runs and times in logs by each host's own.`,
      advice: 'Let both keep their time by NTP.',
    },
  ]
}

async function checkQueue({ queue }: Runtime): Promise<Finding[]> {
  if (queue.check === undefined) return []
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => late.reject(new Error(`it did not answer for ${queueMs / 1000} s.`)),
    queueMs,
  )
  try {
    await Promise.race([queue.check(), late.promise])
    return []
  } catch (error) {
    return [
      {
        severity: 'error',
        check: 'queue',
        message: `The queue cannot be reached: ${textOf(error)} Runs still start, but only when a worker's sweep finds them.`,
        advice: 'Check that the broker runs and that the setting `queue` names it.',
      },
    ]
  } finally {
    clearTimeout(timer)
  }
}

function textOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : String(error)
}
