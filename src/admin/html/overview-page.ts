import type { Overview } from '../../core/admin.ts'
import { markup, type Markup } from '../../html/markup.ts'
import type { Links } from '../links.ts'
import { clock, count, duration, moment } from '../words.ts'
import { windows, type WindowName } from '../windows.ts'
import { percentiles } from './plots/percentiles.ts'
import { statusBars } from './plots/status-bars.ts'
import { usageBars } from './plots/usage-bars.ts'
import { workersTable } from './workers-table.ts'

interface OverviewView {
  overview: Overview
  window: WindowName
  links: Links
  now: number
  /** A worker that was silent for so long is taken for lost. */
  staleAfterMs: number
}

export function overviewPage({ overview, window, links, now, staleAfterMs }: OverviewView): Markup {
  const { since, until, runs, searchedTo, agents, owners, workers } = overview
  return markup`<section aria-labelledby="now"><h2 id="now">Now</h2>
${tiles(overview, links, now)}</section>
<section aria-labelledby="workers"><h2 id="workers">Workers</h2>
${workersTable(workers, { now, staleAfterMs })}</section>
<section aria-labelledby="window"><h2 id="window">From ${clock(since).slice(0, 16)} to ${clock(until).slice(0, 16)}</h2>
<nav aria-label="Window"><ul class="admin-times">${Object.keys(windows).map((name) => windowItem(name as WindowName, window, links))}</ul></nav>
${searchedTo === null ? null : markup`<p class="admin-note">The window has more runs than are looked at: these are the newest ${count(runs)}, since ${clock(searchedTo)}.</p>`}
${
  runs === 0
    ? markup`<p class="admin-none">No run was created in this time.</p>`
    : markup`<div class="admin-figures">${statusBars(overview, links)}${percentiles(overview)}${usageBars({ id: 'by-agent', title: 'Tokens by agent', thing: 'Agent', lines: agents })}${usageBars({ id: 'by-owner', title: 'Tokens by owner', thing: 'Owner', lines: owners })}</div>`
}</section>`
}

/** As many are counted; there may be more. */
const countedTo = 10_000

function tiles({ queue }: Overview, links: Links, now: number): Markup {
  const oldest = queue.oldestPendingAt
  const waits = oldest === null ? null : markup`, the oldest for ${duration(now - oldest)}`
  return markup`<ul class="admin-tiles">
${tile(links.runs({ status: 'pending' }), queue.pending, 'queued', waits)}
${tile(links.runs({ status: 'running' }), queue.running, 'running')}
${tile(links.approvals(), queue.awaitingApproval, queue.awaitingApproval === 1 ? 'waits for approval' : 'wait for approval')}
</ul>
<p class="admin-soft">As of ${moment(now)}. <a href="">Look again</a></p>`
}

function tile(to: string, value: number, words: string, more: Markup | null = null): Markup {
  const shown = value >= countedTo ? `${count(countedTo)} or more` : count(value)
  return markup`<li class="admin-tile"><a href="${to}"><strong>${shown}</strong> ${words}</a>${more}</li>`
}

function windowItem(name: WindowName, here: WindowName, links: Links): Markup {
  const current = name === here ? markup` aria-current="true"` : null
  return markup`<li><a href="${links.overview({ window: name })}"${current}>${windows[name].words}</a></li>`
}
