import type { Run } from '../../core/run.ts'
import { markup, type Markup } from '../../html/markup.ts'
import type { Outcome } from '../each.ts'
import type { Links } from '../links.ts'
import { runActions, type RunActionName } from '../run-actions.ts'
import { beginning, countOf } from '../words.ts'
import { createdLink } from './run-link.ts'
import { statusOf } from './runs-table.ts'
import { table } from './table.ts'

export function nothingChosen(links: Links): Markup {
  return markup`<p>No run was chosen: tick some first.</p><p><a href="${links.runs()}">Back to the runs</a></p>`
}

/** What is about to be done, to which runs, and to which it cannot be done. */
export function confirmRuns(name: RunActionName, runs: Run[], links: Links, once: string): Markup {
  const { verb, means, isGrave, refusal } = runActions[name]
  const able = runs.filter((run) => refusal(run) === null)
  const unable = runs.filter((run) => refusal(run) !== null)
  const button =
    able.length === 0
      ? null
      : markup`<button class="admin-button ${isGrave ? 'admin-button--grave' : 'admin-button--main'}" name="confirmed" value="yes">${verb} ${countOf(able.length, 'run')}</button>`
  return markup`${able.length === 0 ? markup`<p>There is nothing to be done.</p>` : markup`<p>${verb} ${countOf(able.length, 'run')}? ${means}</p>`}
<form class="admin-actions" method="post" action="${links.runActions()}"><input type="hidden" name="action" value="${name}"><input type="hidden" name="once" value="${once}">${able.map(({ id }) => markup`<input type="hidden" name="chosen" value="${id}">`)}
${button}<a class="admin-button" href="${links.runs()}">Back to the runs</a></form>
${able.length === 0 ? null : chosenTable(`To ${name}`, able, links)}
${unable.length === 0 ? null : markup`<h2>Left alone</h2>${chosenTable('Left alone', unable, links, refusal)}`}`
}

function chosenTable(
  caption: string,
  runs: Run[],
  links: Links,
  why?: (run: Run) => string | null,
): Markup {
  const columns = [
    { label: 'Created', cell: (run: Run) => createdLink(run, links) },
    { label: 'Status', cell: statusOf },
    { label: 'Owner', is: 'name', cell: ({ owner }: Run) => owner },
    { label: 'Agent', cell: ({ agentKey }: Run) => agentKey },
    { label: 'Asked', cell: ({ input }: Run) => asked(input) },
  ]
  const reason = { label: 'Why', cell: (run: Run) => why?.(run) ?? null }
  return table(caption, why === undefined ? columns : [...columns, reason], runs)
}

function asked(input: Run['input']): string {
  return beginning(typeof input === 'string' ? input : JSON.stringify(input), 80)
}

/** What became of each. */
export function runsDone(outcomes: Outcome<Run>[], links: Links): Markup {
  const done = outcomes.filter(({ isDone }) => isDone).length
  const failed = outcomes.length - done
  const summary = `Done for ${countOf(done, 'run')}${failed === 0 ? '' : `, not for ${countOf(failed, 'run')}`}.`
  return markup`<p role="status"><strong>${summary}</strong></p><p><a href="${links.runs()}">Back to the runs</a></p>
${table(
  'What was done',
  [
    { label: 'Run', cell: ({ thing }: Outcome<Run>) => createdLink(thing, links) },
    { label: 'Owner', is: 'name', cell: ({ thing }: Outcome<Run>) => thing.owner },
    {
      label: 'What happened',
      cell: ({ said, isDone }: Outcome<Run>) =>
        isDone ? said : markup`<span class="admin-error">${said}</span>`,
    },
  ],
  outcomes,
)}`
}
