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
  /** Where the steps end that are shown, as it was asked. */
  before: string | undefined
  /** Of the whole run, and of the attempt. */
  span: Span
  during: Span
  now: number
}

type Attempt = RunTimeline['attempts'][number]

/** What a run did, attempt by attempt, in order: the bar of an attempt is within the whole run, the others within it. */
export function timeline(given: Omit<Drawn, 'span' | 'during'>): Markup {
  const { run, attempts } = given.timeline
  const to = isFinished(run) ? run.finishedAt : Math.max(given.now, run.createdAt)
  const view = { ...given, span: { from: run.createdAt, to } }
  if (attempts.length === 0 && run.attempt === 0) {
    return markup`<p class="admin-none">No worker has begun with it.</p>`
  }
  return markup`<p class="admin-soft">From ${clock(run.createdAt)} to ${isFinished(run) ? clock(to) : 'now'}, ${duration(to - run.createdAt)}.</p>
${unlogged(view)}${attempts.map((each, index) => attempt(view, each, attempts[index + 1]))}`
}

/** Events may be deleted before steps are: these are shown though nothing says any more how their attempts ended. */
function unlogged(view: Omit<Drawn, 'during'>): Markup | null {
  const { attempts, steps, approvals } = view.timeline
  const logged = new Set(attempts.map(({ attempt: number }) => number))
  const begin = attempts[0]?.startedAt ?? Infinity
  const list = entries(
    { ...view, during: view.span },
    steps.filter((step) => !logged.has(step.attempt)),
    approvals.filter(({ createdAt }) => createdAt < begin),
  )
  if (list === null && attempts.length > 0) return null
  return markup`<section class="admin-attempt" aria-labelledby="unlogged"><h3 id="unlogged">Without a log <span class="admin-soft">when attempts began and ended was deleted by a cleanup</span></h3>
${list ?? markup`<p class="admin-none">Of what they did nothing is kept.</p>`}</section>
`
}

function attempt(
  view: Omit<Drawn, 'during'>,
  { attempt: number, startedAt, endedAt, how }: Attempt,
  next?: Attempt,
): Markup {
  const until = endedAt ?? view.now
  const drawn = { ...view, during: { from: startedAt, to: until } }
  const { steps, approvals } = drawn.timeline
  const list = entries(
    drawn,
    steps.filter((step) => step.attempt === number),
    approvals.filter(
      ({ createdAt }) => createdAt >= startedAt && createdAt < (next?.startedAt ?? Infinity),
    ),
  )
  const ended =
    endedAt === null ? endWords[how] : `${endWords[how]} after ${duration(until - startedAt)}`
  return markup`<section class="admin-attempt" aria-labelledby="attempt-${number}"><h3 id="attempt-${number}">Attempt ${number} <span class="admin-soft">${moment(startedAt)}, ${ended}</span></h3>
${bar(drawn.span, { from: startedAt, to: until }, 'attempt')}
${list ?? markup`<p class="admin-none">${nothing(view)}</p>`}</section>
`
}

/** In the order of their beginnings; null for none. */
function entries(drawn: Drawn, steps: TimelineEntry[], approvals: Approval[]): Markup | null {
  const all = [
    ...steps.map((step) => ({ at: step.startedAt, html: stepItem(drawn, step) })),
    ...approvals.map((each) => ({ at: each.createdAt, html: approvalItem(drawn, each) })),
  ].toSorted((a, b) => a.at - b.at)
  if (all.length === 0) return null
  return markup`<ol class="admin-steps">${all.map(({ html }) => html)}</ol>`
}

/** An attempt without a step: a page has so many of them only, and cleanup may have deleted them. */
function nothing({ timeline: { stepsBefore }, before }: Omit<Drawn, 'during'>): string {
  const isPart = stepsBefore !== null || before !== undefined
  return isPart ? 'None of its steps is on this page.' : 'No step of it is recorded.'
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
  const { links, span, during, now, before } = drawn
  const { run } = drawn.timeline
  const isWhole = drawn.whole?.path === given.path
  const step = isWhole && drawn.whole !== null ? drawn.whole : given
  const { path, kind, startedAt, finishedAt } = step
  const isOver = isFinished(run)
  const lasted = finishedAt === null ? unfinished(step, isOver) : duration(finishedAt - startedAt)
  const until = finishedAt ?? (isOver ? startedAt : now)
  const to = isWhole ? null : `${links.run(run.id, { before, step: path })}#${stepId(path)}`
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

function approvalItem({ timeline: { run }, span, during, now }: Drawn, approval: Approval): Markup {
  const { id, toolName, createdAt, decidedAt } = approval
  const to = decidedAt ?? (isFinished(run) ? run.finishedAt : now)
  return markup`<li class="admin-step admin-step--approval" data-depth="${depthOf(approval.path)}">${bar(during, { from: createdAt, to }, 'approval')}
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
