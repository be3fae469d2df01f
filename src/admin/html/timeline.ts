import type { AttemptEnd, RunTimeline, TimelineEntry } from '../../core/admin.ts'
import type { Approval } from '../../core/approval.ts'
import { isFinished, type JsonValue } from '../../core/run.ts'
import { markup, type Markup } from '../../html/markup.ts'
import type { Links } from '../links.ts'
import { responseWords } from '../response-words.ts'
import { clock, count, duration, moment } from '../words.ts'
import { approvalWords } from './approval-words.ts'
import { bar, type Span } from './bar.ts'
import { payload } from './payload.ts'

interface Drawn {
  timeline: RunTimeline
  links: Links
  /** The step that is shown whole, with all there is of it. */
  whole: TimelineEntry | null
  /** Of the whole run, and of the attempt. */
  span: Span
  during: Span
  now: number
}

type Attempt = RunTimeline['attempts'][number]

/** What a run did, attempt by attempt, in order: the bar of an attempt is within the whole run, the others within it. */
export function timeline(view: Pick<Drawn, 'timeline' | 'links' | 'whole' | 'now'>): Markup {
  const { run, attempts } = view.timeline
  const to = isFinished(run) ? run.finishedAt : Math.max(view.now, run.createdAt)
  const span = { from: run.createdAt, to }
  if (attempts.length === 0) {
    return markup`<p class="admin-none">No worker has begun with it.</p>`
  }
  return markup`<p class="admin-soft">From ${clock(run.createdAt)} to ${isFinished(run) ? clock(to) : 'now'}, ${duration(to - run.createdAt)}.</p>
${attempts.map((each, index) => attempt({ ...view, span }, each, attempts[index + 1]))}`
}

function attempt(
  view: Omit<Drawn, 'during'>,
  { attempt: number, startedAt, endedAt, how }: Attempt,
  next?: Attempt,
): Markup {
  const until = endedAt ?? view.now
  const drawn = { ...view, during: { from: startedAt, to: until } }
  const { steps, approvals } = drawn.timeline
  const entries = [
    ...steps
      .filter((step) => step.attempt === number)
      .map((step) => ({ at: step.startedAt, html: stepItem(drawn, step) })),
    ...approvals
      .filter(
        ({ createdAt }) => createdAt >= startedAt && createdAt < (next?.startedAt ?? Infinity),
      )
      .map((approval) => ({ at: approval.createdAt, html: approvalItem(drawn, approval) })),
  ].toSorted((a, b) => a.at - b.at)
  const ended =
    endedAt === null ? endWords[how] : `${endWords[how]} after ${duration(until - startedAt)}`
  return markup`<section class="admin-attempt" aria-labelledby="attempt-${number}"><h3 id="attempt-${number}">Attempt ${number} <span class="admin-soft">${moment(startedAt)}, ${ended}</span></h3>
${bar(drawn.span, { from: startedAt, to: until }, 'attempt')}
${entries.length === 0 ? markup`<p class="admin-none">Nothing was recorded.</p>` : markup`<ol class="admin-steps">${entries.map(({ html }) => html)}</ol>`}</section>
`
}

const endWords: Record<AttemptEnd, string> = {
  running: 'under way',
  lost: 'lost its worker',
  drained: 'given back by a worker that closed',
  awaiting_approval: 'stopped to wait for a person',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
}

const kindWords: Record<TimelineEntry['kind'], string> = {
  model: 'Model',
  tool: 'Tool',
  handoff: 'Handoff',
  guardrail: 'Guardrail',
}

function stepItem(drawn: Drawn, given: TimelineEntry): Markup {
  const { links, span, during, now } = drawn
  const { run } = drawn.timeline
  const isWhole = drawn.whole?.path === given.path
  const step = isWhole && drawn.whole !== null ? drawn.whole : given
  const { path, kind, startedAt, finishedAt } = step
  const isOver = isFinished(run)
  const lasted = finishedAt === null ? unfinished(step, isOver) : duration(finishedAt - startedAt)
  const until = finishedAt ?? (isOver ? startedAt : now)
  const to = isWhole ? null : `${links.run(run.id, { step: path })}#${stepId(path)}`
  return markup`<li class="admin-step admin-step--${kind}" data-depth="${depthOf(path)}">${bar(during, { from: startedAt, to: until }, kind)}
<details id="${stepId(path)}"${isWhole ? markup` open` : null}><summary><span class="admin-step__kind">${kindWords[kind]}</span> <strong>${step.name}</strong> <span class="admin-soft">${byWhom(step)}${tokens(step)} at +${duration(startedAt - span.from)},</span> ${lasted}</summary>
${payloads(step, to)}
<p class="admin-soft">Path <code>${path}</code>${step.callId === null ? null : markup`, call <code>${step.callId}</code>`}</p></details></li>
`
}

interface Shown {
  name: TimelineEntry['cut'][number]
  label: string
  value: JsonValue
}

function payloads(step: TimelineEntry, to: string | null): Markup {
  const isModel = step.kind === 'model' && to !== null
  const result: Shown = isModel
    ? { name: 'result', label: 'Response', value: responseWords(step.result) }
    : { name: 'result', label: 'Result', value: step.result }
  const all: Shown[] = [
    { name: 'arguments', label: 'Arguments', value: step.arguments },
    {
      name: 'effectiveArguments',
      label: 'Arguments it was called with',
      value: step.effectiveArguments,
    },
    result,
  ]
  const shown = all.filter(({ value }) => value !== null)
  const recorded = isModel ? markup`<p><a href="${to}">As it was recorded</a></p>` : null
  return markup`${shown.map(({ name, label, value }) => payload(label, value, { isCut: step.cut.includes(name), to }))}${recorded}`
}

function unfinished({ state }: TimelineEntry, isOver: boolean): Markup {
  const words = isOver || state === 'done' ? 'no result was recorded' : 'under way'
  return markup`<em>${words}</em>`
}

function byWhom({ kind, agentName, name }: TimelineEntry): string {
  return agentName === '' || (kind === 'handoff' && agentName === name) ? '' : `of ${agentName}, `
}

function tokens({ inputTokens, outputTokens }: TimelineEntry): string {
  if (inputTokens + outputTokens === 0) return ''
  return `${count(inputTokens)} tokens in, ${count(outputTokens)} out,`
}

function approvalItem({ span, during, now }: Drawn, approval: Approval): Markup {
  const { id, toolName, createdAt, decidedAt } = approval
  return markup`<li class="admin-step admin-step--approval" data-depth="${depthOf(approval.path)}">${bar(during, { from: createdAt, to: decidedAt ?? now }, 'approval')}
<p id="asked-${id}"><span class="admin-step__kind">Approval</span> <strong>${toolName}</strong> <span class="admin-soft">at +${duration(createdAt - span.from)},</span> ${approvalWords(approval)}</p></li>
`
}

/** How deep it is among agents that run inside of tools. */
function depthOf(path: string): number {
  return Math.min(4, path.split('/').filter((part) => part.startsWith('g:')).length)
}

export function stepId(path: string): string {
  return `step-${encodeURIComponent(path)}`
}
