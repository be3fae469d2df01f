import { expect, test } from 'vitest'
import type { RunView } from '../../src/core/options.ts'
import type { Run } from '../../src/core/run.ts'
import { liveUrlOf } from '../../src/html/live.ts'
import { loadMarkdown } from '../../src/html/markdown.ts'
import { approvalsFragment } from '../../src/html/approvals.ts'
import { runFragment } from '../../src/html/run.ts'
import {
  approvalOf,
  inboxOf,
  cancelled,
  completed,
  failed,
  pending,
  runId,
  running,
  viewOf,
  waiting,
} from './run-views.ts'

const markdown = await loadMarkdown()
const fragment = (view: RunView): string => runFragment(view, markdown)

test.each([
  [pending, 'Queued'],
  [running, 'Running'],
  [waiting, 'Waiting for approval'],
  [completed, 'Completed'],
  [failed, 'Failed'],
  [cancelled, 'Cancelled'],
])('a run says its status in words and as data ($status)', (run, words) => {
  const html = fragment(viewOf(run))
  expect(html).toContain(`id="run-container-${runId}"`)
  expect(html).toContain(`data-run-id="${runId}" data-status="${run.status}"`)
  expect(html).toMatch(
    new RegExp(`class="agent-run__status agent-run__status--${run.status}"[^>]*>${words}</p>`),
  )
})

test.each([pending, running, waiting])('a run that is $status polls itself', (run) => {
  const html = fragment(viewOf(run))
  expect(html).toContain(`hx-get="/agents/runs/${runId}/fragment/"`)
  expect(html).toContain('hx-trigger="load delay:1s, every 2s, sse:run-changed, run-changed"')
  expect(html).toContain('hx-target="this" hx-swap="outerHTML"')
})

test.each([completed, failed, cancelled])('a $status run carries nothing of htmx', (run) => {
  const approvals = [approvalOf()]
  const html = fragment(viewOf(run, { partialText: 'half', approvals }))
  expect(html).not.toContain('hx-')
  expect(html).not.toContain('<form')
  expect(html).not.toContain('half')
})

test('an answer of a proxy that is no fragment never replaces one', () => {
  expect(fragment(viewOf(running))).toContain('hx-status:5xx="swap:none"')
})

test('the text being written, the tool calls and the usage are shown', () => {
  const usage = { requests: 2, inputTokens: 10, outputTokens: 5, totalTokens: 15 }
  const html = fragment(
    viewOf(
      { ...running, usage },
      {
        partialText: 'Looking\nfor flights',
        tools: [
          { name: 'find_flight', arguments: '{"to":"Oslo"}', output: 'AF1' },
          { name: 'book_flight', arguments: 'not json', output: null },
        ],
      },
    ),
  )
  expect(html).toContain('>Looking\nfor flights</div>')
  expect(html).toContain('{\n  &quot;to&quot;: &quot;Oslo&quot;\n}')
  expect(html).toContain('<pre class="agent-code" tabindex="0">AF1</pre>')
  expect(html).toContain('agent-run__tool--running')
  expect(html).toContain('not json')
  expect(html).toContain('2 model requests, 15 tokens')
})

test('a failed run shows its error and a completed one its output, be it text or a value', () => {
  expect(fragment(viewOf(failed))).toContain('ModelError: no answer')
  expect(fragment(viewOf(completed))).toContain('Done')
  expect(fragment(viewOf({ ...completed, output: { total: 3 } }))).toContain('&quot;total&quot;: 3')
})

test('a run says why it does not go on', () => {
  const blocked = { ...pending, blockedBy: runId }
  expect(fragment(viewOf(blocked))).toContain('Waiting for an earlier run')
  const cancelling = fragment(viewOf({ ...running, cancelRequestedAt: 5 }))
  expect(cancelling).toContain('Cancelling')
  expect(cancelling).not.toContain('/cancel/')
})

test('no request for the fragment waits in line before what a person sends, which takes its place', () => {
  const html = fragment(viewOf(running))
  const line = `#run-line-${running.id}`
  const asking = html.match(/<(?:section|input|form)[^>]*hx-(?:get|post)=[^>]*>/g) ?? []
  expect(asking.map((tag) => /hx-sync="([^"]*)"/.exec(tag)?.[1])).toEqual([
    `${line}:abort`,
    `${line}:queue all`,
  ])
})

test('cancelling and deciding are forms that work without a script', () => {
  const html = fragment(viewOf(waiting, { approvals: [approvalOf({ id: 'a1' })] }))
  const cancel = `/agents/runs/${runId}/cancel/`
  expect(html).toContain(`method="post" action="${cancel}" hx-post="${cancel}"`)
  expect(html).toContain('method="post" action="/agents/approvals/a1/"')
  expect(html).toContain('name="decision" value="approve"')
  expect(html).toContain('name="decision" value="reject"')
  expect(html).toContain('name="message"')
})

test('a call that waits can be made with other arguments, and decided for the rest of the run', () => {
  const html = fragment(viewOf(waiting, { approvals: [approvalOf({ id: 'a1' })] }))
  expect(html).toContain('<legend>Allow <strong>refund</strong>?</legend>')
  expect(html).toMatch(/<details[^>]*><summary>Change the arguments<\/summary>/)
  expect(html).toMatch(/<textarea[^>]* name="arguments"[^>]*>{\n  &quot;amount&quot;: 5\n}</)
  expect(html.match(/type="checkbox" name="rest_of_run" value="true"/g)).toHaveLength(2)
  expect(html).not.toContain('value="done"')
  expect(html).not.toContain('Without a decision')
})

test('of a call that was cut off nobody claims to know, and what is left is said', () => {
  const cutOff = approvalOf({ id: 'a1', kind: 'interrupted', editedArguments: { amount: 7 } })
  const html = fragment(viewOf(waiting, { approvals: [cutOff] }))
  expect(html).toContain('<legend>Did <strong>refund</strong> happen?</legend>')
  expect(html).toContain('Nobody knows whether it happened')
  expect(html).toContain('&quot;amount&quot;: 7')
  for (const decision of ['done', 'rerun', 'fail']) {
    expect(html).toContain(`name="decision" value="${decision}"`)
  }
  expect(html).toMatch(/<textarea[^>]* name="result"/)
  expect(html).not.toContain('value="approve"')
  expect(html).not.toContain('rest_of_run')
})

test('what becomes of a call that nobody decides about is said, and when', () => {
  const expiresAt = Date.UTC(2027, 0, 2, 3, 4)
  const until = '<time datetime="2027-01-02T03:04:00.000Z">2027-01-02 03:04 UTC</time>'
  const shown = (kind: 'call' | 'interrupted') =>
    fragment(viewOf(waiting, { approvals: [approvalOf({ kind, expiresAt })] }))
  expect(shown('call')).toContain(`Without a decision it is rejected at ${until}.`)
  expect(shown('interrupted')).toContain(`Without a decision the run fails at ${until}.`)
})

test('every field of a decision has a label, and an id of its own wherever it is shown', () => {
  const approvals = [approvalOf({ id: 'a1' }), approvalOf({ id: 'a2', kind: 'interrupted' })]
  const inbox = { ...inboxOf(approvals), status: null }
  const html = fragment(viewOf(waiting, { approvals })) + approvalsFragment(inbox)
  const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
  expect(new Set(ids).size).toBe(ids.length)
  const fields = [...html.matchAll(/<(?:input|textarea)(?![^>]*type="(?:hidden|checkbox)")[^>]*>/g)]
  expect(fields).toHaveLength(8)
  for (const [field] of fields) {
    const [, id] = / id="([^"]*)"/.exec(field) ?? []
    expect(html).toContain(`for="${id}"`)
  }
})

test('whatever an agent, a tool or a model says is text, never markup', () => {
  const evil = `<img src=x onerror=alert(1)>"'&`
  const html = fragment(
    viewOf(
      { ...waiting, sessionKey: evil },
      {
        partialText: evil,
        tools: [{ name: evil, arguments: evil, output: evil }],
        approvals: [approvalOf({ id: evil, toolName: evil, agentName: evil, arguments: evil })],
      },
    ),
  )
  expect(html).not.toContain('<img')
  expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;')
  expect(fragment(viewOf({ ...failed, error: evil }))).not.toContain('<img')
  expect(fragment(viewOf({ ...completed, output: [evil] }))).not.toContain('<img')
})

test('nothing in a fragment needs a weaker content security policy', () => {
  const html = [pending, running, waiting, completed, failed, cancelled]
    .map((run) => fragment(viewOf(run, { partialText: 'x' })))
    .join('')
  expect(html).not.toMatch(/<script|<style| style=| on[a-z]+=|javascript:|hx-on|js:/)
})

test('where there are events a fragment follows them, be it with version 2 or 4 of htmx', () => {
  const html = fragment(viewOf(running, { partialText: 'Once' }))
  const url = `/agents/runs/${runId}/live/?seen=3.1`
  expect(html).toContain(`<section id="run-container-${runId}"`)
  expect(html).toContain(`hx-ext="sse" data-sse-connect="${url}">`)
  expect(html).toContain(`hx-sse:connect="${url}" data-sse-swap="message"`)
  expect(html).toContain(`<input type="hidden" id="run-seen-${runId}" name="seen" value="3.1.3"`)
  expect(fragment(viewOf(running, { liveUrl: null }))).not.toContain('sse')
})

test('a run that waits, for a person or for another run, holds no line of the browser', () => {
  const streamOf = (run: Run) => liveUrlOf(viewOf(run))
  expect(streamOf(running)).toBe(`/agents/runs/${runId}/live/?seen=3.1`)
  expect(streamOf(pending)).not.toBeNull()
  for (const run of [{ ...pending, blockedBy: runId }, waiting, completed, failed, cancelled]) {
    expect(streamOf(run)).toBeNull()
  }
})

test('an answer in Markdown is rendered, and a value is shown as JSON', () => {
  const said = fragment(viewOf({ ...completed, output: '**Two** flights:\n\n* AF1\n* LH2' }))
  expect(said).toContain('<strong>Two</strong> flights:')
  expect(said).toContain('<li>AF1</li>')
  expect(fragment(viewOf({ ...completed, output: ['*AF1*'] }))).toContain('*AF1*')
})
