import type { AttemptEnd, RunTimeline, TimelineEntry } from '../core/admin.ts'
import { AgenticError } from '../core/errors.ts'
import type { RunEvent } from '../core/event.ts'
import { auditOfRun } from '../store/audit.ts'
import { inspectRun } from '../store/admin-runs.ts'
import type { Executor } from '../store/database.ts'
import {
  attemptEvents,
  findStep,
  newestApprovals,
  newestEvents,
  newestSteps,
  type StepPlace,
} from '../store/timeline.ts'

const most = { steps: 200, approvals: 200, events: 200, attemptEvents: 1_000, audit: 100 }

/** What a page shows of a run: bounded, however long it was. */
export async function runTimeline(
  executor: Executor,
  { id, stepsBefore }: { id: string; stepsBefore?: string },
): Promise<RunTimeline> {
  const before = placeOf(stepsBefore)
  const inspected = await inspectRun(executor, { id })
  if (inspected === null) throw noRun(id)
  const newest = await newestSteps(executor, { runId: id, before, limit: most.steps + 1 })
  const steps = newest.slice(0, most.steps)
  const first = newest.length > most.steps ? steps.at(-1) : undefined
  return {
    ...inspected,
    attempts: attemptsOf(await attemptEvents(executor, { runId: id, limit: most.attemptEvents })),
    steps: steps.reverse(),
    stepsBefore: first === undefined ? null : `${first.startedAt}:${first.path}`,
    ...(await newestApprovals(executor, { runId: id, limit: most.approvals })),
    events: await newestEvents(executor, { runId: id, limit: most.events }),
    audit: await auditOfRun(executor, { runId: id, limit: most.audit }),
  }
}

export async function runStep(
  executor: Executor,
  { id, path }: { id: string; path: string },
): Promise<TimelineEntry> {
  const step = await findStep(executor, { runId: id, path })
  if (step !== null) return step
  throw new AgenticError('not_found', `Run ${id} has no step ${JSON.stringify(path)}.`)
}

export function noRun(id: string): AgenticError {
  return new AgenticError('not_found', `There is no run ${JSON.stringify(id)}.`)
}

/** Each attempt ends with what the log says next; what was lost is said by its recovery, or by nothing. */
export function attemptsOf(events: RunEvent[]): RunTimeline['attempts'] {
  const attempts: RunTimeline['attempts'] = []
  for (const { type, payload, createdAt } of events) {
    const last = attempts.at(-1)
    const end = endings[type]
    if (end !== undefined && last?.endedAt === null)
      Object.assign(last, { endedAt: createdAt, how: end })
    if (type !== 'run.attempt_started') continue
    attempts.push({
      attempt: Number(payload['attempt']),
      startedAt: createdAt,
      endedAt: null,
      how: 'running',
    })
  }
  return attempts
}

const endings: Partial<Record<RunEvent['type'], AttemptEnd>> = {
  'run.attempt_started': 'lost',
  'run.recovered': 'lost',
  'run.drained': 'drained',
  'run.awaiting_approval': 'awaiting_approval',
  'run.completed': 'completed',
  'run.failed': 'failed',
  'run.cancelled': 'cancelled',
}

function placeOf(cursor: string | undefined): StepPlace {
  if (cursor === undefined) return { startedAt: Number.MAX_SAFE_INTEGER, path: '' }
  const [, startedAt, path] = /^(\d{1,16}):(.+)$/s.exec(cursor) ?? []
  if (startedAt !== undefined && path !== undefined) return { startedAt: Number(startedAt), path }
  throw new AgenticError(
    'invalid_request',
    `\`stepsBefore\` is ${JSON.stringify(cursor.slice(0, 100))}. Accepted is the \`stepsBefore\` of a run as it was answered.`,
  )
}
