import { Agent, tool } from '@openai/agents'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { currentCall } from 'agentic-node'
import { temporaryDatabase } from '../support/instance.ts'
import { firstLife, Hold, killAndRecover, modes, runOnce } from '../support/lives.ts'
import { sql } from '../support/sql.ts'
import { call, results, TurnModel } from '../support/turn-model.ts'

describe.each(modes)('what becomes of a tool call, %s', (events) => {
  test.each(['fulfils', 'rejects'])('that %s after its run was cancelled', async (how) => {
    const hold = new Hold()
    const work = tool({
      name: 'work',
      description: 'works',
      parameters: z.object({}),
      execute: async (_input, _context, details) => {
        await hold.here()
        expect(details?.signal?.aborted).toBe(true)
        if (how === 'rejects') throw details?.signal?.reason
        return 'the effect happened'
      },
    })
    const model = new TurnModel([call('work')], 'never')
    const agent = () => new Agent({ name: 'W', model, tools: [work] })
    const database = temporaryDatabase()
    const agentic = firstLife({ agent, events }, database)
    const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Go' })
    await hold.reached
    await agentic.runs.cancel({ owner: 'ada', id })
    hold.release()
    const run = await agentic.runs.wait({ owner: 'ada', id })
    expect(run.status).toBe('cancelled')
    const [step] = await sql(database, "select state, result from agentic_step where kind = 'tool'")
    expect({ ...step }).toEqual(
      how === 'fulfils'
        ? { state: 'done', result: '{"v":"the effect happened"}' }
        : { state: 'started', result: null },
    )
    expect(model.calls).toBe(1)
  })

  test('values come back on replay as the model was given them', async () => {
    const hold = new Hold()
    const given: unknown[][] = []
    const values = [
      { deep: [1, { two: null }], when: new Date(0) },
      {
        type: 'image' as const,
        image: { data: new Uint8Array([1, 2, 255]), mediaType: 'image/png' },
      },
      undefined,
      '',
      42,
      Buffer.from('hey').toString(),
      { type: 'Buffer', data: [104, 105] },
      { $bytes: 'aGV5' },
      'lone \ud800 and \0 nul',
    ]
    const work = tool({
      name: 'work',
      description: 'works',
      parameters: z.object({ n: z.number() }),
      execute: async ({ n }) => values[n] as string,
    })
    const model = new TurnModel(
      values.map((_value, n) => call('work', { n }, `call_${n}`)),
      [call('wait')],
      'ok',
    )
    const wait = tool({
      name: 'wait',
      description: 'waits',
      parameters: z.object({}),
      execute: async () => hold.here().then(() => 'waited'),
    })
    const agent = () => new Agent({ name: 'W', model, tools: [work, wait] })
    const tools = { wait: { interrupted: 'rerun' } } as const
    const { run } = await killAndRecover({ agent, events, tools }, hold.reached)
    expect(run.status).toBe('completed')
    for (const { input } of model.requests.slice(1)) {
      if (typeof input === 'string') continue
      const items = input.filter((item) => item.type === 'function_call_result')
      given.push(items.slice(0, values.length))
    }
    // Asked live in the first life, and on replay in the second.
    expect(given).toHaveLength(2)
    expect(given[1]).toEqual(given[0])
    expect(JSON.stringify(given[0])).toContain('$bytes')
  })

  test('an output over the limit is cut, and the model is told', async () => {
    const big = tool({
      name: 'big',
      description: 'big',
      parameters: z.object({}),
      execute: async () => 'é'.repeat(5000),
    })
    const model = new TurnModel([call('big')], (request) => String(results(request)[0]?.length))
    const agent = () => new Agent({ name: 'W', model, tools: [big] })
    const { run, database } = await runOnce({ agent, events, limits: { toolOutputBytes: 1001 } })
    expect(run.status).toBe('completed')
    const [text] = results(model.requests[1]!)
    expect(text).toMatch(/^é{500}\n\[cut: the output had 10000 bytes, 1001 are kept\]$/)
    const [step] = await sql(database, "select result from agentic_step where kind = 'tool'")
    expect(JSON.parse(String(step?.['result']))).toEqual({ v: text })
  })

  test('a tool that throws gives the model an error, which is recorded', async () => {
    const hold = new Hold()
    let thrown = 0
    const work = tool({
      name: 'work',
      description: 'works',
      parameters: z.object({}),
      execute: async () => {
        thrown += 1
        throw new Error(`${currentCall().path} failed`)
      },
      errorFunction: (_context, error) => `sorry: ${(error as Error).message}`,
    })
    const model = new TurnModel([call('work')], async (request) =>
      hold.here().then(() => results(request).join()),
    )
    const agent = () => new Agent({ name: 'W', model, tools: [work] })
    const { run } = await killAndRecover({ agent, events }, hold.reached)
    expect(run).toMatchObject({ output: 'sorry: r/m0/t0 failed #3' })
    expect(thrown).toBe(1)
  })

  test('a tool error that is fatal fails the run', async () => {
    const work = tool({
      name: 'work',
      description: 'works',
      parameters: z.object({}),
      execute: async () => {
        throw new Error('broken')
      },
      errorFunction: null,
    })
    const agent = () =>
      new Agent({ name: 'W', model: new TurnModel([call('work')]), tools: [work] })
    const { run } = await runOnce({ agent, events })
    expect(run).toMatchObject({ status: 'failed', errorCode: 'agent_error' })
  })
})
