import type { RunTimeline } from '../../core/admin.ts'
import { isFinished } from '../../core/run.ts'
import { markup, type Markup } from '../../html/markup.ts'
import type { Links } from '../links.ts'
import { costText, count, countOf, moment } from '../words.ts'
import { factList } from './facts.ts'
import { runLink } from './run-link.ts'
import { statusOf, took, waited } from './runs-table.ts'

interface FactsView {
  timeline: RunTimeline
  links: Links
  now: number
}

/** Where a run stands, and whose it is. */
export function runFacts({ timeline, links, now }: FactsView): Markup {
  const { run, sessionId, worker, leaseExpiresAt } = timeline
  const { usage, owner, sessionKey } = run
  return factList([
    ['Status', markup`<span role="status">${statusOf(run)}</span>`],
    ['Owner', markup`<a href="${links.runs({ owner })}">${owner}</a>`],
    ['Conversation', markup`<a href="${links.session(sessionId)}">${sessionKey}</a>`],
    ['Agent', run.agentKey],
    ['Created', moment(run.createdAt)],
    ['Waited', run.startedAt === null ? '–' : waited(run)],
    [isFinished(run) ? 'Took' : 'Started', isFinished(run) ? took(run) : since(run.startedAt)],
    [
      'Tokens',
      `${count(usage.totalTokens)} (${count(usage.inputTokens)} in, ${count(usage.outputTokens)} out, ${countOf(usage.requests, 'model request')})`,
    ],
    ['Cost', usage.cost === undefined ? null : costText(usage.cost)],
    ['Attempts', count(run.attempt)],
    ['Worker', worker === null ? null : workerWords(worker, leaseExpiresAt, now)],
    ['Waits for', blockedBy(run, links)],
    ['Retry of', run.retryOf === null ? null : runLink(run.retryOf, links)],
    ['Id', markup`<code>${run.id}</code>`],
  ])
}

function since(startedAt: number | null): Markup | string {
  return startedAt === null ? '–' : moment(startedAt)
}

function workerWords(worker: string, leaseExpiresAt: number | null, now: number): Markup {
  const isLate = leaseExpiresAt !== null && leaseExpiresAt < now
  const lost = isLate
    ? markup` <span class="admin-error">its lease ran out ${moment(leaseExpiresAt)}</span>`
    : null
  return markup`<code>${worker}</code>${lost}`
}

function blockedBy(run: RunTimeline['run'], links: Links): Markup | null {
  if (run.status !== 'pending' || run.blockedBy === null) return null
  return markup`an earlier run of the conversation, ${runLink(run.blockedBy, links)}`
}
