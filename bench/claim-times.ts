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
import { aimCells, judge, median, spread, type Aim } from './report.ts'

/** A ratio of two times on a busy machine is never exactly 1. */
export const flat: Aim = { text: 'flat (≤ 1.5)', isMet: (ratio) => ratio <= 1.5 }

export interface TwoSizes {
  small: number[]
  large: number[]
}

/** Medians of 5 rounds of 40 claims from each database in turn, in milliseconds. */
export async function claimTimesInTurn(small: Database, large: Database): Promise<TwoSizes> {
  const times: TwoSizes = { small: [], large: [] }
  for (let round = 0; round < 6; round += 1) {
    const taken = [await claimTimes(small, 40), await claimTimes(large, 40)].map(median)
    // The first round prepares the statements.
    if (round === 0) continue
    times.small.push(taken[0] ?? Number.NaN)
    times.large.push(taken[1] ?? Number.NaN)
  }
  return times
}

/** A row of a table: the medians, how often the one is the other, and its verdict against `flat`. */
export function rowOf(name: string, { small, large }: TwoSizes, digits: number) {
  const ratios = large.map((time, round) => time / (small[round] ?? Number.NaN))
  const verdict = judge(`${name}, ratio`, median(ratios), flat)
  const times = [small, large].map((each) => median(each).toFixed(digits))
  return { verdict, row: [name, ...times, spread(ratios), ...aimCells(verdict)] }
}

export const howClaimed =
  'A claim with its commit, one after the other; 5 rounds of 40 claims from each database in turn.'

/** Milliseconds that each of `count` claims took, one after the other, each with its commit. */
async function claimTimes(database: Database, count: number): Promise<number[]> {
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
