import { AgenticError, isAgenticError } from '../core/errors.ts'
import type { RunEvent } from '../core/event.ts'
import { sseMessage, type SseMessage } from './sse.ts'

export interface Log<Cursor> {
  /** Where the reader stands; undefined for one that has seen nothing. */
  after: Cursor | undefined
  follow(after: Cursor | undefined): AsyncIterable<RunEvent>
  message(event: RunEvent): SseMessage
  /** The cursor lies before what is kept: what to say first, and where to go on. */
  reset(pruned: PrunedLog): Promise<{ message: SseMessage; after: Cursor }>
}

/** Of which run, and the first of its events that is kept. */
export interface PrunedLog {
  runId: string
  first: number
}

/** A log as messages of a stream. Events that are gone are replaced by one `reset` message with the state of things. */
export async function* followLog<Cursor>(log: Log<Cursor>): AsyncGenerator<string, undefined> {
  let { after } = log
  for (;;) {
    try {
      for await (const event of log.follow(after)) yield sseMessage(log.message(event))
      return
    } catch (error) {
      const reset = await log.reset(prunedLog(error))
      yield sseMessage(reset.message)
      after = reset.after
    }
  }
}

function prunedLog(error: unknown): PrunedLog {
  if (!isAgenticError(error) || error.code !== 'events_pruned') throw error
  const { first_available: first, run_id: runId } = error.details ?? {}
  if (typeof first === 'number' && typeof runId === 'string') return { runId, first }
  throw new AgenticError('internal', 'events_pruned must say `first_available` and `run_id`.', {
    cause: error,
  })
}

export function assertEventsOn(mode: 'off' | 'items' | 'deltas'): void {
  if (mode !== 'off') return
  throw new AgenticError(
    'events_off',
    'Events are switched off on this server; ask for the run itself.',
  )
}
