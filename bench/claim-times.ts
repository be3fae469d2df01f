import { resolveConfig } from '../src/core/config.ts'
import { EventHub } from '../src/events/hub.ts'
import { SharedReads } from '../src/events/shared-reads.ts'
import { inProcessQueue } from '../src/queue/in-process.ts'
import { claimNext } from '../src/runs/claim.ts'
import { Listeners } from '../src/runs/listeners.ts'
import { Telemetry } from '../src/telemetry/telemetry.ts'
import { Outage } from '../src/runs/outage.ts'
import type { Runtime } from '../src/runs/runtime.ts'
import type { Database } from '../src/store/database.ts'
import type { Aim } from './report.ts'

/** A ratio of two times on a busy machine is never exactly 1. */
export const flat: Aim = { text: 'flat (≤ 1.5)', isMet: (ratio) => ratio <= 1.5 }

/** Milliseconds that each of `count` claims took, one after the other, each with its commit. */
export async function claimTimes(database: Database, count: number): Promise<number[]> {
  const runtime = runtimeOf(database)
  const times: number[] = []
  for (let n = 0; n < count; n += 1) {
    const started = performance.now()
    const { claims } = await claimNext(runtime, 'w', 1)
    times.push(performance.now() - started)
    if (claims.length === 0) throw new Error('there is nothing to claim')
  }
  return times
}

/** What a worker has, without a worker: nothing executes what is claimed. */
function runtimeOf(database: Database): Runtime {
  const agent = () => Promise.reject(new Error('nothing is executed here'))
  const config = resolveConfig({ agents: { a: agent }, owner: () => null })
  return {
    config,
    database,
    hub: new EventHub(),
    reads: new SharedReads(database),
    queue: inProcessQueue(),
    listeners: new Listeners(config.logger),
    telemetry: new Telemetry(false, {
      basePath: '/',
      attempts: () => 0,
      streams: () => 0,
      isQueueAway: () => false,
    }),
    shape: (events) => events,
    attempts: new Map(),
    reserve: () => null,
    outage: new Outage(config.logger, ''),
  }
}
