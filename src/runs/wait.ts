import { isTerminalEvent, type RunEvent } from '../core/event.ts'
import { isFinished, type Run } from '../core/run.ts'
import { notFound } from '../events/follow.ts'
import { Signal } from '../events/signal.ts'
import { findRun } from '../store/find-runs.ts'
import type { Runtime } from './runtime.ts'

export interface WaitQuery {
  owner: string
  id: string
  until?: 'end' | 'pause' | undefined
  signal?: AbortSignal | undefined
}

/** Resolves when the run has ended, or with `until: 'pause'` when it waits for a person. */
export async function waitForRun(runtime: Runtime, query: WaitQuery): Promise<Run> {
  const { owner, id, until = 'end', signal } = query
  const changed = new Signal()
  const wake = () => changed.set()
  // What was committed elsewhere comes without events: then it has to be looked at.
  const unsubscribe = runtime.hub.subscribe(id, (events) => {
    if (events.length === 0 || events.some(mayBeOver)) wake()
  })
  signal?.addEventListener('abort', wake)
  // Somebody waits: a script that has nothing else to do must not end before the run does.
  const hold = setInterval(() => {}, 60_000)
  try {
    for (;;) {
      signal?.throwIfAborted()
      runtime.hub.assertOpen()
      const run = await runtime.database.read(async (executor) => findRun(executor, { id, owner }))
      if (run === null) throw notFound(id)
      if (isFinished(run) || (until === 'pause' && run.status === 'awaiting_approval')) return run
      await changed.wait()
    }
  } finally {
    clearInterval(hold)
    signal?.removeEventListener('abort', wake)
    unsubscribe()
  }
}

function mayBeOver({ type }: RunEvent): boolean {
  return isTerminalEvent(type) || type === 'run.awaiting_approval'
}
