import type { AgenticConfig } from '../core/config.ts'
import type { NewEvent } from '../core/event.ts'
import type { RunEvent } from '../core/event.ts'
import type { Following } from '../events/follow.ts'
import type { EventHub } from '../events/hub.ts'
import type { Queue } from '../core/queue.ts'
import type { Database, Executor } from '../store/database.ts'
import type { RunValues } from '../store/insert-run.ts'
import type { Begun } from './begin.ts'
import type { Claim } from './claim.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import type { Listeners } from './listeners.ts'
import type { Outage } from './outage.ts'

/** What the verbs of a run work with: one per instance, handed to each as its first argument. */
export interface Runtime extends Following {
  config: AgenticConfig
  database: Database
  hub: EventHub
  queue: Queue
  listeners: Listeners
  telemetry: Telemetry
  /** Applies the event mode, the app's redaction and the size bound. */
  shape: (events: NewEvent[]) => NewEvent[]
  /** Attempts under way in this process, by run id. */
  attempts: Map<string, AttemptHere>
  /** A free place in this process for a run that begins in the transaction of its submit; null when none is. */
  reserve: () => Place | null
  /** Of the queue: whether wake-ups can be sent. */
  outage: Outage
}

export interface AttemptHere {
  claim: Pick<Claim, 'attempt'>
  /** It writes nothing any more: its lease is not to be renewed, so that another attempt can follow. */
  readonly isGivenUp: boolean
  requestCancel: () => void
}

export interface Place {
  /** Inserts the run as claimed here; null, with nothing inserted, when others come before it. */
  insert: (executor: Executor, values: RunValues) => Promise<Begun | null>
  /** Executes what was claimed, or gives the place back. */
  run: (claim: Claim | null) => void
}

/**
 * What else is written in the transaction of a change, by whoever keeps books of changes. Not called when nothing
 * changed.
 */
export type Note<T> = (executor: Executor, changed: T) => Promise<void>

/** After a commit: followers first, then the app's listeners. */
export function announce(runtime: Runtime, owner: string, events: RunEvent[]): void {
  const [first] = events
  if (first === undefined) return
  runtime.hub.publish(events)
  runtime.telemetry.committed(events)
  // A cancel is for whoever executes the run.
  const work = events.some(({ type }) => type === 'run.cancel_requested')
  runtime.database.announce({ run: first.runId, work })
  // Where Postgres tells nobody, as behind a pooler, the broker may.
  if (!runtime.database.hears()) runtime.queue.pokes?.send([first.runId])
  for (const event of events) runtime.listeners.emit('run.event', { owner, event })
}

/** Says that something may be claimable. A broken queue changes nothing: the sweeper finds the run. */
export function wake(runtime: Runtime, runId: string): void {
  // The queue inside a process reaches no other one.
  if (runtime.config.queue === 'in-process') runtime.database.announce({ run: '', work: true })
  runtime.queue.wake(runId).then(
    () => runtime.outage.worked(),
    (error: unknown) => runtime.outage.failed(error),
  )
}
