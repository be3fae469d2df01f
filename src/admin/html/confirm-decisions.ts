import { decisions, type Approval, type Decision } from '../../core/approval.ts'
import { markup, type Markup } from '../../html/markup.ts'
import type { Outcome } from '../each.ts'
import type { Links } from '../links.ts'
import { beginning, countOf } from '../words.ts'
import { decisionWords } from './decision-form.ts'
import { runLink } from './run-link.ts'
import { table, type Column } from './table.ts'

export function noApprovalChosen(links: Links): Markup {
  return markup`<p>No approval was chosen: tick some first.</p>${back(links)}`
}

/** Which calls are about to be decided alike, and which cannot be. */
export function confirmDecisions(decision: Decision, approvals: Approval[], links: Links): Markup {
  const isOpen = ({ kind, status }: Approval) => status === 'pending' && decision in decisions[kind]
  const able = approvals.filter(isOpen)
  const unable = approvals.filter((each) => !isOpen(each))
  const calls = countOf(able.length, 'call')
  const form = markup`<form class="admin-decision" method="post" action="${links.decisions()}"><input type="hidden" name="decision" value="${decision}">${able.map(({ id }) => markup`<input type="hidden" name="chosen" value="${id}">`)}${message(decision)}
<p class="admin-buttons"><button class="admin-button ${decision === 'approve' ? 'admin-button--main' : 'admin-button--grave'}" name="confirmed" value="yes">${decisionWords[decision]}: ${calls}</button> <a class="admin-button" href="${links.approvals()}">Back to the approvals</a></p></form>`
  const nothing = markup`<p>There is nothing to be decided so.</p>${back(links)}`
  return markup`${
    able.length === 0
      ? nothing
      : markup`<p>Decide ${calls}?</p>${form}
${callsTable('To decide', able, links)}`
  }
${unable.length === 0 ? null : markup`<h2>Left alone</h2><p>Decided already, or not to be decided so.</p>${callsTable('Left alone', unable, links)}`}`
}

function message(decision: Decision): Markup | null {
  if (decision !== 'reject' && decision !== 'fail') return null
  const label = decision === 'reject' ? 'Message to the agents (optional)' : 'Why (optional)'
  return markup`<p class="admin-field"><label for="message">${label}</label><input id="message" name="message" maxlength="2000" autocomplete="off"></p>`
}

function callsTable(caption: string, approvals: Approval[], links: Links): Markup {
  return table(caption, callColumns(links), approvals)
}

function callColumns(links: Links): Column<Approval>[] {
  return [
    { label: 'Tool', cell: ({ toolName }) => markup`<strong>${toolName}</strong>` },
    { label: 'Owner', is: 'name', cell: ({ owner }) => owner },
    { label: 'Run', cell: ({ runId }) => runLink(runId, links) },
    {
      label: 'Arguments',
      cell: ({ arguments: given }) =>
        markup`<code class="admin-wrap">${beginning(JSON.stringify(given), 300)}</code>`,
    },
  ]
}

function back(links: Links): Markup {
  return markup`<p><a href="${links.approvals()}">Back to the approvals</a></p>`
}

/** What became of each. */
export function decisionsDone(outcomes: Outcome<Approval>[], links: Links): Markup {
  const done = outcomes.filter(({ isDone }) => isDone).length
  const failed = outcomes.length - done
  const summary = `Decided ${countOf(done, 'call')}${failed === 0 ? '' : `; ${failed} could not be`}.`
  return markup`<p role="status"><strong>${summary}</strong></p>${back(links)}
${table(
  'What was decided',
  [
    { label: 'Tool', cell: ({ thing }: Outcome<Approval>) => thing.toolName },
    { label: 'Owner', is: 'name', cell: ({ thing }: Outcome<Approval>) => thing.owner },
    { label: 'Run', cell: ({ thing }: Outcome<Approval>) => runLink(thing.runId, links) },
    {
      label: 'What happened',
      cell: ({ said, isDone }: Outcome<Approval>) =>
        isDone ? said : markup`<span class="admin-error">${said}</span>`,
    },
  ],
  outcomes,
)}`
}
