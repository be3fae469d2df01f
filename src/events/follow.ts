import { AgenticError } from '../core/errors.ts'
import { isTerminalEvent, type RunEvent } from '../core/event.ts'
import { isFinished } from '../core/run.ts'
import type { Database } from '../store/database.ts'
import { findRun } from '../store/find-runs.ts'
import { prunedOf } from '../store/events.ts'
import type { EventHub } from './hub.ts'
import type { SharedReads } from './shared-reads.ts'
import { Signal } from './signal.ts'

export interface Following {
  database: Database
  hub: EventHub
  reads: SharedReads
}

export interface FollowQuery {
  owner: string
  id: string
  after: number
  signal?: AbortSignal | undefined
}

/** Each reader that is slow in the middle of a long log holds one in memory. */
const pageSize = 100
/** What a slow reader may have waiting in memory; past that it reads from the table again. */
const bufferedEvents = 256

/**
 * The run's events after a cursor, as they are committed, until its terminal event. The table is the truth: what this
 * process commits is handed over directly when it continues the cursor, anything else is read.
 */
export async function* follow(following: Following, query: FollowQuery): AsyncGenerator<RunEvent> {
  const { owner, id, signal } = query
  let cursor = query.after
  const live = new LiveEvents(following.hub, id, signal)
  try {
    if (cursor > 0) await assertReadable(following.database, query)
    let page = await following.reads.read({ runId: id, owner, after: cursor, limit: pageSize })
    if (page.length === 0 && (await hasNothingMore(following.database, query))) return
    while (signal?.aborted !== true) {
      for (const event of page) {
        yield event
        cursor = event.sequence
        if (isTerminalEvent(event.type)) return
      }
      if (page.length < pageSize) page = await live.next(cursor)
      else page = []
      if (page.length > 0) continue
      page = await following.reads.read({ runId: id, owner, after: cursor, limit: pageSize })
      if (!isSeamless(page, cursor)) await assertStillThere(following.database, query, cursor)
    }
  } finally {
    live.stop()
  }
}

/** Refuses a cursor before what is kept: text that a reader had begun cannot be continued from there. */
export async function assertReadable(
  database: Database,
  query: { owner: string; id: string; after: number },
): Promise<void> {
  const { id, owner, after } = query
  const pruned = await database.read(async (executor) => prunedOf(executor, { id, owner }))
  if (pruned === null) throw notFound(id)
  if (after < pruned.sequence) throw eventsPruned(id, pruned.sequence)
}

/** Of a reader under way: what came next for it may have been deleted since, or the whole run. */
async function assertStillThere(
  database: Database,
  { id, owner, signal }: FollowQuery,
  cursor: number,
): Promise<void> {
  if (signal?.aborted === true) return
  const pruned = await database.read(async (executor) => prunedOf(executor, { id, owner }))
  if (pruned === null) throw notFound(id)
  // Pieces of text may be missing: the message they became comes whole.
  if (pruned.isWhole && cursor < pruned.sequence) throw eventsPruned(id, pruned.sequence)
}

/** Whether a page has something, and that is what comes after the cursor, without a gap. */
export function isSeamless(page: RunEvent[], cursor: number): boolean {
  return page.length > 0 && page.every(({ sequence }, index) => sequence === cursor + 1 + index)
}

export function eventsPruned(runId: string, upTo: number): AgenticError {
  const firstAvailable = upTo + 1
  return new AgenticError(
    'events_pruned',
    `Events of this run up to ${upTo} are no longer complete. Read the run itself, then follow from ${firstAvailable}.`,
    { details: { first_available: firstAvailable, run_id: runId } },
  )
}

async function hasNothingMore(database: Database, query: FollowQuery): Promise<boolean> {
  const { id, owner, after } = query
  const run = await database.read(async (executor) => findRun(executor, { id, owner }))
  if (run === null) throw notFound(id)
  return isFinished(run) && after >= run.lastSequence
}

export function notFound(id: string): AgenticError {
  return new AgenticError('not_found', `There is no run ${id} of yours.`)
}

/** Events this process committed, as long as they continue the reader's cursor without a gap. */
class LiveEvents {
  readonly #changed = new Signal()
  readonly #unsubscribe: () => void
  readonly #hub: EventHub
  readonly #signal: AbortSignal | undefined
  #buffer: RunEvent[] = []
  #mustRead = false

  constructor(hub: EventHub, runId: string, signal: AbortSignal | undefined) {
    this.#hub = hub
    this.#signal = signal
    this.#unsubscribe = hub.subscribe(runId, (events) => this.#take(events))
    signal?.addEventListener('abort', this.#wake)
  }

  /** Resolves with the events after `cursor`; with none when the table has to be read, or on abort. Rejects on close. */
  async next(cursor: number): Promise<RunEvent[]> {
    for (;;) {
      if (this.#signal?.aborted === true) return []
      this.#hub.assertOpen()
      const ready = this.#buffer.filter((event) => event.sequence > cursor)
      this.#buffer = []
      const continues = ready[0]?.sequence === cursor + 1
      if (continues && !this.#mustRead) return ready
      if (this.#mustRead || ready.length > 0) {
        this.#mustRead = false
        return []
      }
      await this.#changed.wait()
    }
  }

  stop(): void {
    this.#unsubscribe()
    this.#signal?.removeEventListener('abort', this.#wake)
  }

  readonly #wake = () => this.#changed.set()

  #take(events: RunEvent[]): void {
    if (events.length === 0 || this.#buffer.length + events.length > bufferedEvents) {
      this.#buffer = []
      this.#mustRead = true
    } else {
      this.#buffer.push(...events)
    }
    this.#changed.set()
  }
}
