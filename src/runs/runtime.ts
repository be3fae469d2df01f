import type { AgenticConfig } from '../core/config.ts'
import type { NewEvent } from '../core/event.ts'
import type { RunEvent } from '../core/event.ts'
import type { Following } from '../events/follow.ts'
import type { EventHub } from '../events/hub.ts'
import type { Queue } from '../core/queue.ts'
import type { Database, Executor } from '../store/database.ts'
import type { Claim } from './claim.ts'
import type { Listeners } from './listeners.ts'

/** What the verbs of a run work with: one per instance, handed to each as its first argument. */
export interface Runtime extends Following {
  config: AgenticConfig
  database: Database
  hub: EventHub
  queue: Queue
  listeners: Listeners
  /** Applies the event mode, the app's redaction and the size bound. */
  shape: (events: NewEvent[]) => NewEvent[]
  /** Attempts under way in this process, by run id. */
  attempts: Map<string, { requestCancel: () => void }>
  /** A free place in this process for a run that is claimed in the transaction of its submit; null when none is. */
  reserve: () => Place | null
  /** Runs this process made claimable since its worker last looked: then it need not look first. */
  fresh: { count: number }
}

export interface Place {
  claim: (executor: Executor) => Promise<Claim | null>
  /** Executes what was claimed, or gives the place back. */
  run: (claim: Claim | null) => void
}

/** After a commit: followers first, then the app's listeners. */
export function announce(runtime: Runtime, owner: string, events: RunEvent[]): void {
  runtime.hub.publish(events)
  for (const event of events) runtime.listeners.emit('run.event', { owner, event })
}

/** Says that something may be claimable. A broken queue changes nothing: the sweeper finds the run. */
export function wake(runtime: Runtime, runId: string): void {
  runtime.fresh.count += 1
  runtime.queue.wake(runId).catch((error: unknown) => {
    runtime.config.logger.warn(
      { error, runId },
      'a wake-up could not be sent; the sweeper will find the run',
    )
  })
}
