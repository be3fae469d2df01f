import { Agent } from '@openai/agents'
import { expect, test } from 'vitest'
import type { AgenticOptions } from 'agentic-node'
import { notingTool, runOnce } from '../support/lives.ts'
import { call, TurnModel } from '../support/turn-model.ts'

test('an approval keeps the whole of long arguments, its event as much as an event may have', async () => {
  const note = 'x'.repeat(40_000)
  const { agentic, run, events } = await runOnce({ agent: () => payer(note), events: 'items' })
  const [approval] = await agentic.approvals.list({ owner: 'ada', runId: run.id })
  expect(approval?.arguments).toEqual({ note })
  const asked = events.find(({ type }) => type === 'tool_approval_requested')
  expect(asked?.payload).toMatchObject({ approval_id: approval?.id, truncated: true })
  expect(JSON.stringify(asked?.payload).length).toBeLessThan(16_384)
})

test('`redact` sees what is asked and what was decided', async () => {
  const redact: AgenticOptions['redact'] = ({ type, payload }) =>
    type.startsWith('tool_approval_') ? { hidden: true } : payload
  const story = { agent: () => payer('secret'), events: 'items', redact } as const
  const { agentic, run } = await runOnce(story)
  const [approval] = await agentic.approvals.list({ owner: 'ada', runId: run.id })
  await agentic.approvals.decide({ owner: 'ada', id: approval!.id, decision: 'reject' })
  await agentic.runs.wait({ owner: 'ada', id: run.id })
  const log = await agentic.runs.events({ owner: 'ada', id: run.id })
  const about = log.filter(({ type }) => type.startsWith('tool_approval_'))
  expect(about.map(({ payload }) => payload)).toEqual([{ hidden: true }, { hidden: true }])
})

/** Asks whether it may pay. */
function payer(note: string): Agent {
  const pay = notingTool('pay', [])
  pay.needsApproval = async () => true
  return new Agent({
    name: 'Payer',
    model: new TurnModel([call('pay', { note })], 'done'),
    tools: [pay],
  })
}
