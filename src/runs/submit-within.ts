import type { SubmitOptions, SubmittedWithin } from '../core/api.ts'
import { AgenticError } from '../core/errors.ts'
import type { Within } from '../core/within.ts'
import type { Executor } from '../store/database.ts'
import { isPostgresUrl } from '../store/postgres/url.ts'
import { wake, type Runtime } from './runtime.ts'
import { insert, prepareSubmit } from './submit.ts'

/**
 * Inserts a run in the app's own transaction: it exists when that commits. What wakes workers rides in the transaction
 * where it can; otherwise the run starts with the next sweep, or as soon as `wake` of the answer is called.
 */
export async function submitWithin(
  runtime: Runtime,
  { within, ...options }: SubmitOptions & { within: Within },
): Promise<SubmittedWithin> {
  const { database, config } = runtime
  const submit = prepareSubmit(runtime, options)
  if (submit.whenBusy === 'interrupt') {
    throw new AgenticError(
      'invalid_request',
      '`within` cannot be combined with `whenBusy: "interrupt"`: the runs before it would be cancelled though the transaction may not commit. Cancel them after the commit, or use "enqueue" or "reject".',
    )
  }
  const executor = await database.within(within, submit.owner)
  const { run, isNew } = await insert(runtime, executor, submit)
  if (isNew) {
    await database.announceWithin(executor, run.id)
    if (isPostgresUrl(config.database)) await sendWithin(runtime, executor, run.id)
  }
  return {
    ...run,
    isNew,
    wake() {
      if (isNew) wake(runtime, run.id)
    },
  }
}

/** A queue that is away does not refuse the run; only what fails within the transaction has spoilt it. */
async function sendWithin(runtime: Runtime, executor: Executor, runId: string): Promise<void> {
  let isSent = false
  const execute = async (sql: string, parameters: unknown[]) => {
    isSent = true
    await executor.run({ sql, parameters, name: null })
  }
  try {
    await runtime.queue.wakeWithin?.(execute, runId)
  } catch (error) {
    if (isSent) throw error
    runtime.outage.failed(error)
  }
}
