import { isFinished, type Run } from '../../core/run.ts'
import { markup, type Markup } from '../../html/markup.ts'
import { statusWords } from '../../html/status-words.ts'
import type { Links } from '../links.ts'
import { beginning, count, duration, shortId } from '../words.ts'
import { chooseAll } from './choose-all.ts'
import { createdLink } from './run-link.ts'
import { table, type Column } from './table.ts'

/** The form that rows are chosen for; the boxes stand outside of it. */
const formId = 'chosen-runs'

/** What is done with the chosen runs, once it was confirmed. */
export function chosenRunsForm(links: Links): Markup {
  return markup`<form id="${formId}" class="admin-actions" method="post" action="${links.runActions()}" data-choices>
${chooseAll(formId)}
<button class="admin-button" name="action" value="cancel">Cancel…</button>
<button class="admin-button" name="action" value="retry">Retry…</button>
<button class="admin-button" name="action" value="purge">Purge…</button>
</form>`
}

/** A box for each row. */
export const choosing: Column<Run> = {
  label: 'Choose',
  cell: ({ id, owner }) =>
    markup`<input type="checkbox" name="chosen" value="${id}" form="${formId}" aria-label="Choose run ${shortId(id)} of ${owner}">`,
}

export function runsTable(runs: Run[], links: Links, first?: Column<Run>): Markup {
  const columns: Column<Run>[] = [
    { label: 'Created', cell: (run) => createdLink(run, links) },
    { label: 'Status', is: 'text', cell: status },
    {
      label: 'Owner',
      is: 'name',
      cell: ({ owner }) => markup`<a href="${links.runs({ owner })}">${owner}</a>`,
    },
    { label: 'Agent', cell: ({ agentKey }) => agentKey },
    {
      label: 'Session',
      cell: ({ owner, sessionKey: session }) =>
        markup`<a href="${links.runs({ owner, session })}">${session}</a>`,
    },
    { label: 'Waited', is: 'number', cell: waited },
    { label: 'Took', is: 'number', cell: took },
    { label: 'Tokens', is: 'number', cell: ({ usage }) => count(usage.totalTokens) },
  ]
  return table('Runs', first === undefined ? columns : [first, ...columns], runs)
}

function status(run: Run): Markup {
  const error = run.status === 'failed' ? run.error : ''
  return markup`${statusOf(run)}${error === '' ? null : markup`<br><span class="admin-error">${beginning(error, 120)}</span>`}`
}

export function statusOf(run: Run): Markup {
  const isStopping = !isFinished(run) && run.cancelRequestedAt !== null
  return markup`<span class="agent-run__status agent-run__status--${run.status}">${statusWords[run.status]}</span>${isStopping ? ' (cancelling)' : null}`
}

/** From the submit to the first claim. */
export function waited({ createdAt, startedAt }: Run): string {
  return startedAt === null ? '–' : duration(startedAt - createdAt)
}

/** From the first claim to the end. */
export function took(run: Run): string {
  if (!isFinished(run) || run.startedAt === null) return '–'
  return duration(run.finishedAt - run.startedAt)
}
