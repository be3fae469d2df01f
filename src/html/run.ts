import type { RunView } from '../core/options.ts'
import { isFinished, type Run } from '../core/run.ts'
import { actionForm, lineOf, ofFragment, runLine } from './action-form.ts'
import { address } from './address.ts'
import { approvalForms } from './approval.ts'
import { wholeVersion } from './fragment-version.ts'
import { followsSse, seenInput, streamTriggers, textPlace } from './live.ts'
import type { Markdown } from './markdown.ts'
import { markup, type Markup } from './markup.ts'
import { noErrors } from './no-errors.ts'
import { readable } from './readable.ts'
import { statusWords } from './status-words.ts'
import { toolCalls } from './tool-calls.ts'

/**
 * The run fragment. As long as its run is not finished it polls itself, and where the page has loaded htmx's SSE
 * extension it follows the text being written; errors of a proxy in between change nothing.
 */
export function runFragment(view: RunView, markdown: Markdown): string {
  const { run } = view
  return markup`<section id="run-container-${run.id}" class="agent-run" data-run-id="${run.id}" data-status="${run.status}"${polling(view)}>
<p class="agent-run__status agent-run__status--${run.status}" role="status" aria-live="polite">${statusWords[run.status]}</p>
${seen(view)}${hint(run)}${toolCalls(view)}${textPlace(view)}${approvalForms(view)}${outcome(run, markdown)}${usage(run)}${cancelForm(view)}
</section>`.toString()
}

function polling(view: RunView): Markup | null {
  if (isFinished(view.run)) return null
  const url = address(view.basePath, 'runs', view.run.id, 'fragment')
  // The forms below would send what the polls include as well; a poll gives way to them, and never waits in line.
  return markup` hx-get="${url}" hx-trigger="load delay:1s, every 2s${streamTriggers(view)}" hx-target="this" hx-swap="outerHTML" hx-sync="#${runLine(view.run.id)}:abort" hx-include="find [name=seen]" hx-disinherit="hx-include"${noErrors}${followsSse(view)}`
}

function seen(view: RunView): Markup | null {
  return isFinished(view.run)
    ? null
    : markup`${lineOf(view.run.id)}${seenInput(view.run.id, wholeVersion(view))}
`
}

function hint(run: Run): Markup | null {
  if (isFinished(run)) return null
  if (run.cancelRequestedAt !== null) return markup`<p class="agent-run__hint">Cancelling</p>`
  if (run.status !== 'pending' || run.blockedBy === null) return null
  return markup`<p class="agent-run__hint">Waiting for an earlier run</p>`
}

function outcome(run: Run, markdown: Markdown): Markup | null {
  if (run.status === 'failed') {
    return markup`<p class="agent-run__error agent-text" role="alert">${run.error}</p>`
  }
  if (run.status !== 'completed') return null
  if (typeof run.output === 'string') {
    return markup`<div class="agent-run__output agent-markdown">${markdown.render(run.output)}</div>`
  }
  return markup`<pre class="agent-run__output agent-code" tabindex="0">${readable(run.output)}</pre>`
}

function usage({ usage: used }: Run): Markup | null {
  if (used.requests === 0) return null
  const requests = `${used.requests} model ${used.requests === 1 ? 'request' : 'requests'}`
  return markup`<p class="agent-run__usage">${requests}, ${used.totalTokens} tokens (${used.inputTokens} in, ${used.outputTokens} out)</p>`
}

function cancelForm({ run, basePath }: RunView): Markup | null {
  if (isFinished(run) || run.cancelRequestedAt !== null) return null
  const action = address(basePath, 'runs', run.id, 'cancel')
  return actionForm({
    id: `run-cancel-${run.id}`,
    action,
    target: ofFragment,
    line: runLine(run.id),
    label: 'Cancel',
  })
}
