import type { RunTimeline, TimelineEntry } from '../../core/admin.ts'
import { isFinished } from '../../core/run.ts'
import { markup, type Markup } from '../../html/markup.ts'
import type { Links } from '../links.ts'
import { count, moment } from '../words.ts'
import { auditTable } from './audit-table.ts'
import { decisionForm } from './decision-form.ts'
import { failure } from './failure.ts'
import { payload } from './payload.ts'
import { runFacts } from './run-facts.ts'
import { timeline } from './timeline.ts'

export interface RunPageView {
  timeline: RunTimeline
  /** The step that is shown whole. */
  whole: TimelineEntry | null
  /** Where the steps end that are shown, as it was asked; undefined for the newest ones. */
  before: string | undefined
  links: Links
  now: number
}

/**
 * All about one run. While it has not ended the page asks for itself again and puts in what has changed: what somebody
 * unfolded or typed stays.
 */
export function runPage(view: RunPageView): Markup {
  const { run, approvals, events, audit } = view.timeline
  const { links } = view
  const pending = approvals.filter(({ status }) => status === 'pending')
  return markup`<div id="run" class="admin-run"${liveness(view)}>
${run.status === 'failed' ? failure(run) : null}${runFacts(view)}${actions(view)}${
    pending.length === 0
      ? null
      : markup`<section aria-labelledby="asked"><h2 id="asked">Waits for a decision</h2>${pending.map((each) => decisionForm(each, links))}</section>`
  }
<section aria-labelledby="said"><h2 id="said">Asked and answered</h2>
${payload('Input', run.input, { isCut: run.cut.includes('input'), to: null })}${
    run.status === 'completed'
      ? payload('Output', run.output, { isCut: run.cut.includes('output'), to: null })
      : null
  }</section>
<section aria-labelledby="timeline"><h2 id="timeline">Timeline</h2>
${earlier(view)}${unshown(view)}${timeline(view)}</section>
${log(events)}
<section aria-labelledby="audit"><h2 id="audit">Who did what</h2>
${audit.length === 0 ? markup`<p class="admin-none">Nobody in charge has acted on this run.</p>` : auditTable(audit, links)}</section>
</div>`
}

function liveness({ timeline: { run }, whole, before, links }: RunPageView): Markup | null {
  if (isFinished(run) || whole !== null || before !== undefined) return null
  return markup` hx-get="${links.run(run.id)}" hx-trigger="every 2s" hx-swap="outerMorph" hx-status:4xx="swap:none" hx-status:5xx="swap:none"`
}

function actions({ timeline: { run }, links }: RunPageView): Markup {
  const isStopping = !isFinished(run) && run.cancelRequestedAt !== null
  const possible: [string, string][] = isFinished(run)
    ? [
        ['retry', 'Retry…'],
        ['purge', 'Purge…'],
      ]
    : [['cancel', isStopping ? 'Cancel again…' : 'Cancel…']]
  return markup`<form class="admin-actions" method="post" action="${links.runActions()}"><input type="hidden" name="chosen" value="${run.id}">${possible.map(
    ([action, label]) =>
      markup`<button class="admin-button" name="action" value="${action}">${label}</button>`,
  )}</form>
`
}

function earlier({ timeline: { run, stepsBefore }, before, links }: RunPageView) {
  const newest =
    before === undefined ? null : markup`<li><a href="${links.run(run.id)}">Newest steps</a></li>`
  const more =
    stepsBefore === null
      ? null
      : markup`<li><a href="${links.run(run.id, { before: stepsBefore })}">Earlier steps</a></li>`
  if (newest === null && more === null) return null
  return markup`<ul class="admin-paging">${more}${newest}</ul>
`
}

/** A page has so many approvals only; all that wait are in the inbox. */
function unshown({ timeline: { approvals, moreApprovals } }: RunPageView): Markup | null {
  if (moreApprovals === 0) return null
  const inAll = count(approvals.length + moreApprovals)
  return markup`<p class="admin-soft">${count(approvals.length)} of ${inAll} approvals are shown: those that wait first, then the newest.</p>
`
}

function log(events: RunTimeline['events']): Markup {
  return markup`<details id="log" class="admin-log"><summary>Log: the newest ${events.length} events</summary><ol>${events.map(
    ({ sequence, type, createdAt, payload: what }) =>
      markup`<li value="${sequence}">${moment(createdAt)} <strong>${type}</strong> <code class="admin-wrap">${JSON.stringify(what).slice(0, 300).toWellFormed()}</code></li>
`,
  )}</ol></details>`
}
