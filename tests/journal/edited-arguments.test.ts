import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Agent, MCPServerStdio } from '@openai/agents'
import { describe, expect, test } from 'vitest'
import { currentCall, type AgentSetup, type AgenticOptions, type CurrentCall } from 'agentic-node'
import { Hold, modes, notingTool, secondLife, type Mode } from '../support/lives.ts'
import { expireLease, sql, until } from '../support/sql.ts'
import { call, results, TurnModel } from '../support/turn-model.ts'
import { decideAndWait, pendingOf, waitingRun } from '../support/waiting.ts'

const mcpServer = fileURLToPath(new URL('../support/mcp-server.mjs', import.meta.url))

describe.each(modes)('a call whose arguments were changed by who approved it, %s', (events) => {
  test('is made with those, and both versions are kept', async () => {
    const { story, effects, calls } = payer(events)
    const { second, id, database, pending } = await waitingRun(story)
    const edited = { note: '50' }
    const run = await decideAndWait(second, pending[0]!, { arguments: edited })
    expect(run).toMatchObject({ status: 'completed', output: 'paid 50 #2' })
    expect(effects).toEqual(['pay:50'])
    expect(calls).toMatchObject([{ path: 'r/m0/t0', arguments: '{"note":"50"}', isEdited: true }])
    const approval = await second.approvals.get({ owner: 'ada', id: pending[0]!.id })
    expect(approval).toMatchObject({ arguments: { note: '500' }, editedArguments: edited })
    const text = `select arguments, effective_arguments from agentic_step where kind = 'tool'`
    expect(await sql(database, text)).toMatchObject([
      { arguments: '{"note":"500"}', effective_arguments: '{"note":"50"}' },
    ])
    const log = await second.runs.events({ owner: 'ada', id })
    const payloadOf = (wanted: string) => log.find(({ type }) => type === wanted)?.payload
    expect(payloadOf('tool_approval_decided')).toMatchObject({ decision: 'approved', edited: true })
    expect(payloadOf('tool_output')).toMatchObject({ edited_arguments: '{"note":"50"}' })
    const items = await second.sessions.items({ owner: 'ada', key: 'chat' })
    expect(items[1]).toMatchObject({ type: 'function_call', arguments: '{"note":"500"}' })
  })

  test('is made as the model asked when they are the same', async () => {
    const { story, effects, calls } = payer(events)
    const { second, pending } = await waitingRun(story)
    await decideAndWait(second, pending[0]!, { arguments: { note: '500' } })
    expect([effects, calls[0]?.isEdited]).toEqual([['pay:500'], false])
    const approval = await second.approvals.get({ owner: 'ada', id: pending[0]!.id })
    expect(approval.editedArguments).toBeNull()
  })

  test('is not made when the tool does not accept them, and the model is told', async () => {
    const { story, effects, model } = payer(events)
    const { second, pending } = await waitingRun(story)
    const run = await decideAndWait(second, pending[0]!, { arguments: { note: 7 } })
    expect(run.status).toBe('completed')
    expect(effects).toEqual([])
    expect(results(model.requests[1]!)).toEqual([
      expect.stringMatching(/pay was not made.*changed its arguments.*Nothing has happened/),
    ])
  })

  test('is looked at by the guardrails of its tool as it will be made', async () => {
    const seen: string[] = []
    const look = (name: string) => ({
      name,
      run: async ({ toolCall }: { toolCall: { arguments: string } }) => {
        seen.push(`${name} ${toolCall.arguments}`)
        return { behavior: { type: 'allow' } }
      },
    })
    const { story } = payer(events, { guardrails: [look('before'), look('after')] })
    const { second, pending } = await waitingRun(story)
    seen.length = 0
    await decideAndWait(second, pending[0]!, { arguments: { note: '50' } })
    expect(seen).toEqual(['before {"note":"50"}', 'after {"note":"50"}'])
  })

  test('may be an agent made into a tool, or one inside it', async () => {
    const effects: string[] = []
    const inner = new TurnModel([call('pay', { note: '500' })], (request) =>
      results(request).join(),
    )
    const outer = new TurnModel([call('ask', { input: 'x' })], (request) => results(request).join())
    const agent = () => {
      const pay = notingTool('pay', effects)
      pay.needsApproval = async () => true
      const nested = new Agent({ name: 'Payer', model: inner, tools: [pay] })
      const ask = nested.asTool({ toolName: 'ask', needsApproval: true })
      return new Agent({ name: 'Lead', model: outer, tools: [ask] })
    }
    const { second, id, pending } = await waitingRun({ agent, events })
    await decideAndWait(second, pending[0]!, { arguments: { input: 'pay less' } })
    expect(inner.requests[0]?.input).toMatchObject([{ role: 'user', content: 'pay less' }])
    const [paying] = await pendingOf(second, id)
    expect(paying).toMatchObject({ toolName: 'pay', agentName: 'Payer' })
    const run = await decideAndWait(second, paying!, { arguments: { note: '50' } })
    expect(run).toMatchObject({ status: 'completed', output: 'done 50 #2 #2' })
    expect([effects, outer.calls, inner.calls]).toEqual([['pay:50'], 2, 2])
  })

  test('may be a tool of an MCP server, which is asked about by a setting', async () => {
    const log = join(mkdtempSync(join(tmpdir(), 'agentic-mcp-')), 'stamps')
    const model = new TurnModel([call('stamp', { text: 'one' })], (request) =>
      results(request).join(),
    )
    const agent = async (_life: number, setup: AgentSetup) => {
      const command = { command: process.execPath, args: [mcpServer], env: { LOG_FILE: log } }
      // A busy machine takes its time to start a process.
      const server = new MCPServerStdio({ ...command, clientSessionTimeoutSeconds: 50 })
      setup.onEnd(async () => server.close())
      await server.connect()
      return new Agent({ name: 'Stamper', model, mcpServers: [server] })
    }
    const tools = { stamp: { needsApproval: true } }
    const { second, pending } = await waitingRun({ agent, events, tools })
    expect(pending).toMatchObject([{ toolName: 'stamp', arguments: { text: 'one' } }])
    const run = await decideAndWait(second, pending[0]!, { arguments: { text: 'two' } })
    expect(JSON.stringify(run)).toContain('two is stamp 1')
    expect(readFileSync(log, 'utf8')).toBe('two\n')
  })

  test.each([
    ['report', ['pay:50'], /interrupted by a crash/],
    ['rerun', ['pay:50', 'pay:50'], /^paid 50 #2$/],
    ['fail', ['pay:50'], /its policy is `fail`/],
  ] as const)('that is cut off, under `%s`', async (interrupted, made, outcome) => {
    const { effects, third, id } = await cutOff(events, { pay: { interrupted } })
    const run = await third.runs.wait({ owner: 'ada', id, until: 'pause' })
    expect(run.status === 'failed' ? run.error : 'output' in run && run.output).toMatch(outcome)
    expect(effects).toEqual(made)
  })

  test('that is cut off, under `ask`, shows what it was made with', async () => {
    const { effects, third, id, calls } = await cutOff(events, { pay: { interrupted: 'ask' } })
    const waiting = await third.runs.wait({ owner: 'ada', id, until: 'pause' })
    expect(waiting.status).toBe('awaiting_approval')
    const [interrupted] = await pendingOf(third, id)
    expect(interrupted).toMatchObject({
      kind: 'interrupted',
      arguments: { note: '500' },
      editedArguments: { note: '50' },
    })
    const run = await decideAndWait(third, interrupted!, { decision: 'rerun' })
    expect(run).toMatchObject({ output: 'paid 50 #2' })
    expect(effects).toEqual(['pay:50', 'pay:50'])
    expect(new Set(calls.map((one) => one.idempotencyKey)).size).toBe(1)
  })
})

test('arguments of another kind than the model asked for are refused', async () => {
  const { second, pending } = await waitingRun(payer('items').story)
  const query = { owner: 'ada', id: pending[0]!.id, decision: 'approve' } as const
  for (const wrong of [null, 'text', 5, [{ note: '50' }]]) {
    await expect(second.approvals.decide({ ...query, arguments: wrong })).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('Accepted is an object'),
    })
  }
  const long = { note: 'x'.repeat(1_000_001) }
  await expect(second.approvals.decide({ ...query, arguments: long })).rejects.toMatchObject({
    code: 'too_large',
  })
  expect(await pendingOf(second, pending[0]!.runId)).toHaveLength(1)
})

interface PayerOptions {
  guardrails?: [before: object, after: object]
  during?: () => Promise<void>
  tools?: AgenticOptions['tools']
}

/** An agent that asks to pay 500, for which it needs approval. */
function payer(events: Mode, options: PayerOptions = {}) {
  const effects: string[] = []
  const calls: CurrentCall[] = []
  const model = new TurnModel([call('pay', { note: '500' })], (request) => results(request).join())
  const agent = () => {
    const pay = notingTool('pay', effects, async (note) => {
      calls.push(currentCall())
      await options.during?.()
      return `paid ${note}`
    })
    pay.needsApproval = async () => true
    const [before, after] = options.guardrails ?? []
    if (before !== undefined) pay.inputGuardrails = [before as never]
    if (after !== undefined) pay.outputGuardrails = [after as never]
    return new Agent({ name: 'Payer', model, tools: [pay] })
  }
  const story = { agent, events, ...(options.tools && { tools: options.tools }) }
  return { story, model, effects, calls }
}

/** Approved with other arguments, and cut off inside the call by a crash. */
async function cutOff(events: Mode, tools: AgenticOptions['tools']) {
  const hold = new Hold()
  const { story, effects, calls } = payer(events, { during: async () => hold.here(), tools })
  const { second, id, database, pending } = await waitingRun(story)
  const decision = { decision: 'approve', arguments: { note: '50' } } as const
  await second.approvals.decide({ owner: 'ada', id: pending[0]!.id, ...decision })
  await hold.reached
  await until(() => effects.length === 1)
  await expireLease(database, id)
  return { effects, calls, third: secondLife(story, database), id }
}
