import type { Snapshot } from '../../crash/support/snapshot.ts'
import type { Facts } from './verdict.ts'

/** Numbers of a round, for people. */
export interface Summary {
  runs: number
  attempts: number
  disturbances: string
  /** Model calls beyond one for each recorded answer. */
  repeatedCalls: number
  /** Tool calls whose effect was reported as unknown. */
  reported: number
  /** From a kill to the next attempt at a run of the killed worker, and from a run given back to its next attempt. */
  afterKills: Recoveries
  afterDrains: Recoveries
}

export interface Recoveries {
  /** When nothing else went wrong, and when it did. */
  inCalm: Times
  inChaos: Times
}

export interface Times {
  count: number
  medianMs: number
  mostMs: number
}

export function summaryOf({ final, calls, journal }: Facts): Summary {
  const recorded = final.steps.filter(({ kind }) => kind === 'model').length
  const starts = startsOf(final)
  return {
    runs: final.runs.length,
    attempts: final.runs.reduce((sum, { attempt }) => sum + attempt, 0),
    disturbances: [...journal.counts].map(([what, count]) => `${what} ${count}`).join(', '),
    repeatedCalls: calls.length - recorded,
    reported: final.steps.filter(({ result }) => result?.includes('interrupted by a crash')).length,
    afterKills: recoveriesOf(
      journal.kills.flatMap(({ at, runs }) =>
        runs.map(({ id, attempt }) => ({ at, next: starts.get(`${id} ${attempt + 1}`) })),
      ),
      journal.calmUntil,
    ),
    afterDrains: recoveriesOf(
      final.events
        .filter(({ type }) => type === 'run.drained')
        .map(({ run_id: id, sequence, created_at: at }) => ({
          at,
          next: nextStart(final, id, sequence),
        })),
      journal.calmUntil,
    ),
  }
}

/** `next` is missing when the run ended all the same. */
type Recovery = { at: number; next: number | undefined }

function recoveriesOf(all: Recovery[], calmUntil: number): Recoveries {
  const [inCalm, inChaos] = [
    all.filter(({ at }) => at <= calmUntil),
    all.filter(({ at }) => at > calmUntil),
  ]
  return { inCalm: timesOf(inCalm), inChaos: timesOf(inChaos) }
}

/** When each attempt began, by run and attempt. */
function startsOf({ events }: Snapshot): Map<string, number> {
  const starts = events.filter(({ type }) => type === 'run.attempt_started')
  return new Map(
    starts.map(({ run_id: id, payload, created_at: at }) => [`${id} ${payload['attempt']}`, at]),
  )
}

function nextStart({ events }: Snapshot, runId: string, sequence: number): number | undefined {
  const next = events.find(
    (event) =>
      event.run_id === runId && event.sequence > sequence && event.type === 'run.attempt_started',
  )
  return next?.created_at
}

function timesOf(all: Recovery[]): Times {
  const known = all
    .flatMap(({ at, next }) => (next === undefined ? [] : [next - at]))
    .sort((a, b) => a - b)
  const medianMs = known[Math.floor(known.length / 2)] ?? 0
  return { count: known.length, medianMs, mostMs: known.at(-1) ?? 0 }
}
