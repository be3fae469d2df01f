import { isFinished, type Run } from '../core/run.ts'
import { follow, notFound, type FollowQuery } from '../events/follow.ts'
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
  const look = async () => {
    const run = await runtime.database.read(async (executor) => findRun(executor, { id, owner }))
    if (run === null) throw notFound(id)
    return run
  }
  const isOver = (run: Run) =>
    isFinished(run) || (until === 'pause' && run.status === 'awaiting_approval')
  const first = await look()
  if (isOver(first)) return first
  // Somebody waits: a script that has nothing else to do must not end before the run does.
  const hold = setInterval(() => {}, 60_000)
  try {
    return await waitFor(runtime, { owner, id, after: first.lastSequence, signal }, isOver, look)
  } finally {
    clearInterval(hold)
  }
}

async function waitFor(
  runtime: Runtime,
  query: FollowQuery,
  isOver: (run: Run) => boolean,
  look: () => Promise<Run>,
): Promise<Run> {
  for await (const event of follow(runtime, query)) {
    if (!event.type.startsWith('run.')) continue
    const run = await look()
    if (isOver(run)) return run
  }
  query.signal?.throwIfAborted()
  return look()
}
