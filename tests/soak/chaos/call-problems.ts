import { labels, type Label, type Shape } from '../../crash/support/answers.ts'
import type { Call } from '../../crash/support/counting-endpoint.ts'
import type { StepRow } from '../../crash/support/snapshot.ts'
import type { Journal } from './journal.ts'
import { leaseSeconds } from './plan.ts'
import type { Case } from './verdict.ts'

const guards: Label[] = ['Polite#0', 'Safe#0']

/** The model calls of a run of each shape that comes to its end. */
export const labelsOf: Record<Shape, readonly Label[]> = {
  whole: labels,
  tools: [...guards, 'Triage#0', 'Triage#1'],
  nested: [...guards, 'Triage#0', 'Triage#1', 'Researcher#0', 'Researcher#1'],
  talk: [...guards, 'Triage#0'],
}

/** An attempt that stood still may send what it was about to send before it can know that its lease is over. */
const wakingMs = leaseSeconds * 1000 + 5000

/** Each recorded call was made once by the attempt that recorded it, at most once by each one before, and by none after. */
export function callProblems({ order, run, rows, calls }: Case, journal: Journal): string[] {
  const recorded = rows.steps.filter((step) => step.kind === 'model' && step.state === 'done')
  const known = labelsOf[order.shape].map((step) => `${order.tag}:${step}`)
  const strange = calls.filter(({ label }) => !known.includes(label))
  const found = known.flatMap((label) => {
    const made = calls.filter((call) => call.label === label)
    const steps = recorded.filter((step) => answerOf(step).startsWith(`${label}/`))
    const [step] = steps
    const isWhole = run.status === 'completed'
    if (steps.length > 1 || (isWhole && step === undefined)) {
      return [`${label} is recorded ${steps.length} times`]
    }
    const attempts = Map.groupBy(made, ({ attempt }) => attempt)
    return [
      ...[...attempts].flatMap(([attempt, { length: times }]) =>
        times > 1 || attempt > run.attempt
          ? [`${label} was asked ${times} times in attempt ${attempt} of ${run.attempt}`]
          : [],
      ),
      ...(step === undefined ? [] : recordedProblems(label, step, made, journal)),
    ]
  })
  return [...found, ...strange.map(({ label }) => `${label} was asked, which is not part of it`)]
}

function recordedProblems(label: string, step: StepRow, made: Call[], journal: Journal): string[] {
  const fact = made.find(({ nonce }) => answerOf(step) === `${label}/${nonce}`)
  if (fact === undefined) return [`${label} is recorded with an answer that nobody gave`]
  const at = step.finished_at ?? 0
  const isLegal = ({ attempt, askedAt, pid }: Call) =>
    attempt < step.attempt &&
    (askedAt < at + wakingMs || journal.wasStopped(pid, askedAt, wakingMs))
  const late = made.filter((call) => call.askedAt > at && !isLegal(call))
  return late.map(
    ({ attempt, askedAt, pid }) =>
      `${label} was asked by ${pid} in attempt ${attempt}, ${askedAt - at} ms after attempt ${step.attempt} had recorded it`,
  )
}

/** Its `responseId`, in which our model says what it was asked. */
function answerOf(step: StepRow): string {
  return String((JSON.parse(step.result ?? '{}') as { responseId?: string }).responseId)
}
