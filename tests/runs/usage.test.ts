import { Agent, retryPolicies, run as runAgent, tool } from '@openai/agents'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Agentic, ResponseUsage, UsageQuery } from 'agentic-node'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { Hold, killAndRecover, modes, notingTool, runOnce, type Mode } from '../support/lives.ts'
import { MeteredModel, meteredSums } from '../support/metered-model.ts'
import { sql } from '../support/sql.ts'
import { call, results, type Turn } from '../support/turn-model.ts'

/** Binary fractions, so that sums are exact. */
const prices: Record<string, number> = { large: 0.5, small: 0.125 }
const estimateCost = ({ model }: ResponseUsage) => prices[model] ?? null

describe.each(modes)('what a run used, %s', (events) => {
  test('is that of a run that was never killed: nested, in parallel, guarded and retried', async () => {
    const killed = everything(events)
    const { run, second } = await killAndRecover(killed.story, killed.hold.reached)
    const unkilled = everything(events)
    unkilled.hold.release()
    const plain = await runOnce(unkilled.story)
    expect([run.status, plain.run.status]).toEqual(['completed', 'completed'])
    const sums = await allSums(second)
    expect(sums).toEqual(await allSums(plain.agentic))
    // Two of the lead, two of each of the researchers, one of the guardrail.
    expect(sums.model).toEqual([
      { key: 'small', owner: null, ...meteredSums(5, 0.125) },
      { key: 'large', owner: null, ...meteredSums(2, 0.5) },
    ])
    const whole = { ...meteredSums(7, 0), cost: 1.625, knownCost: 1.625 }
    expect(sums.owner).toEqual([{ key: 'ada', owner: null, ...whole }])
    expect(sums.agent).toEqual([{ key: 'assistant', owner: null, ...whole }])
    expect(sums.session).toEqual([{ key: 'chat', owner: 'ada', ...whole }])
    expect(run.usage).toMatchObject({ requests: 7, inputTokens: 700, outputTokens: 210 })
  })

  test('is told to tools alike when their call is replayed, with what was read from a cache', async () => {
    const hold = new Hold()
    const seen: unknown[] = []
    const model = new MeteredModel([call('look')], (request) => results(request).join())
    const look = tool({
      name: 'look',
      description: 'look',
      parameters: z.object({ note: z.string().default('') }),
      execute: async (_input, context) => {
        seen.push(JSON.parse(JSON.stringify(context?.usage)))
        await hold.here()
        return 'looked'
      },
    })
    const agent = () => new Agent({ name: 'Assistant', model, tools: [look] })
    const tools = { look: { interrupted: 'rerun' } } as const
    await killAndRecover({ agent, events, tools }, hold.reached)
    expect(seen[0]).toMatchObject({ inputTokensDetails: [{ cached_tokens: 40 }] })
    expect(seen[1]).toEqual(seen[0])
  })

  test('is known while it goes on, as far as it is recorded', async () => {
    const hold = new Hold()
    const agent = () =>
      new Agent({
        name: 'Assistant',
        model: 'large',
        tools: [notingTool('work', [], async () => hold.here().then(() => 'worked'))],
      })
    const agentic = instance({
      agents: { assistant: agent },
      events,
      ...models(twoTurns),
      estimateCost,
    })
    const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Go' })
    await hold.reached
    expect((await agentic.usage({ by: 'model', run: id })).total).toEqual(meteredSums(1, 0.5))
    hold.release()
    await agentic.runs.wait({ owner: 'ada', id })
    expect((await agentic.usage({ by: 'model', run: id })).total).toEqual(meteredSums(2, 0.5))
  })
})

describe('the app says what a response costs', () => {
  test('and the run says it in JSON, once it is known for each of its requests', async () => {
    const agentic = instance({
      agents: {
        known: () => new Agent({ name: 'Known', model: 'large' }),
        unknown: () => new Agent({ name: 'Unknown', model: 'other' }),
      },
      ...models({ large: ['Hello'], other: ['Hello'] }),
      estimateCost,
    })
    const usageOf = async (agent: string) => {
      const { id } = await ended(agentic, 'ada', agent, agent)
      const headers = { 'x-user': 'ada' }
      const response = await agentic.fetch(new Request(`http://x/agents/runs/${id}/`, { headers }))
      return ((await response.json()) as { usage: object }).usage
    }
    const tokens = { requests: 1, input_tokens: 100, output_tokens: 30, total_tokens: 130 }
    expect(await usageOf('known')).toEqual({ ...tokens, cost: 0.5 })
    expect(await usageOf('unknown')).toEqual(tokens)
  })

  test('by everything the provider reported', async () => {
    const asked: ResponseUsage[] = []
    const options = models({ large: ['Hello'] })
    const agentic = instance({
      agents: { desk: () => new Agent({ name: 'Polite', model: 'large' }) },
      ...options,
      estimateCost: (response) => (asked.push(response), 0.5),
    })
    await ended(agentic, 'ada', 'chat')
    expect(asked).toEqual([
      {
        model: 'large',
        agentKey: 'desk',
        agentName: 'Polite',
        owner: 'ada',
        inputTokens: 100,
        cachedInputTokens: 40,
        cacheWriteTokens: 8,
        outputTokens: 30,
        reasoningTokens: 12,
        totalTokens: 130,
      },
    ])
  })

  test.each<[how: string, estimate: () => unknown]>([
    ['null', () => null],
    ['no number', () => '0.5'],
    ['less than nothing', () => -1],
    ['a promise', async () => 0.5],
    [
      'an error',
      () => {
        throw new Error('no such price')
      },
    ],
  ])('and when it answers %s, the cost is unknown and the run goes on', async (how, estimate) => {
    const warned: string[] = []
    const logger = {
      info() {},
      warn: (_: unknown, text: string) => void warned.push(text),
      error() {},
    }
    const agentic = instance({
      agents: { assistant: () => new Agent({ name: 'Assistant', model: 'large' }) },
      ...models({ large: ['Hello'] }),
      estimateCost: estimate as () => number | null,
      logger,
    })
    const run = await ended(agentic, 'ada', 'chat')
    expect(run.status).toBe('completed')
    expect(run.usage).not.toHaveProperty('cost')
    expect((await agentic.usage({ by: 'owner' })).rows).toEqual([
      { key: 'ada', owner: null, ...meteredSums(1, null) },
    ])
    expect(warned.filter((text) => text.includes('estimateCost'))).toHaveLength(
      how === 'null' ? 0 : 1,
    )
  })

  test('a sum with an unknown part says so rather than undercount', async () => {
    const agentic = instance({
      agents: {
        known: () => new Agent({ name: 'Known', model: 'large' }),
        unknown: () => new Agent({ name: 'Unknown', model: 'other' }),
      },
      ...models({ large: ['Hello'], other: ['Hello'] }),
      estimateCost,
    })
    const known = await ended(agentic, 'ada', 'one', 'known')
    const unknown = await ended(agentic, 'ada', 'two', 'unknown')
    expect(known.usage.cost).toBe(0.5)
    expect(unknown.usage).not.toHaveProperty('cost')
    const { rows, total } = await agentic.usage({ by: 'agent' })
    expect(rows).toEqual([
      { key: 'known', owner: null, ...meteredSums(1, 0.5) },
      { key: 'unknown', owner: null, ...meteredSums(1, null) },
    ])
    expect(total).toMatchObject({ cost: null, knownCost: 0.5, unpricedRequests: 1 })
  })
})

describe('which runs are looked at', () => {
  test('those of an owner, a session, a run, an agent', async () => {
    const agentic = desk()
    const first = await ended(agentic, 'ada', 'chat', 'a')
    await ended(agentic, 'ada', 'other', 'a')
    await ended(agentic, 'bob', 'chat', 'b')
    const requests = async (query: UsageQuery) => (await agentic.usage(query)).total.requests
    expect(await requests({ by: 'run' })).toBe(3)
    for (const by of ['run', 'session', 'owner', 'agent', 'model'] as const) {
      expect(await requests({ by, owner: 'ada' })).toBe(2)
      expect(await requests({ by, owner: 'ada', session: 'chat' })).toBe(1)
      expect(await requests({ by, owner: 'bob', session: 'other' })).toBe(0)
      expect(await requests({ by, run: first.id })).toBe(1)
      expect(await requests({ by, run: first.id, owner: 'bob' })).toBe(0)
      expect(await requests({ by, agent: 'b' })).toBe(1)
      expect(await requests({ by, agent: 'b', owner: 'ada' })).toBe(0)
    }
    const { rows } = await agentic.usage({ by: 'session' })
    expect(rows.map(({ owner, key }) => `${owner} ${key}`).toSorted()).toEqual([
      'ada chat',
      'ada other',
      'bob chat',
    ])
  })

  test('those created in a window: the last day, unless another one is named', async () => {
    const database = temporaryDatabase()
    const agentic = desk(database)
    const { id, createdAt } = await ended(agentic, 'ada', 'chat', 'a')
    const madeAt = Number.parseInt(id.replace('-', '').slice(0, 12), 16)
    expect(Math.abs(madeAt - createdAt)).toBeLessThan(60_000)
    const requests = async (query: Partial<UsageQuery>) =>
      (await agentic.usage({ by: 'model', ...query })).total.requests
    expect(await requests({ since: madeAt, until: madeAt + 1 })).toBe(1)
    expect(await requests({ since: madeAt - 10, until: madeAt })).toBe(0)
    expect(await requests({ since: madeAt + 1 })).toBe(0)
    // As if it had been made two days ago.
    const old = (madeAt - 2 * 86_400_000).toString(16).padStart(12, '0')
    const oldId = `${old.slice(0, 8)}-${old.slice(8)}${id.slice(13)}`
    await sql(database, 'update agentic_run set id = ? where id = ?', oldId, id)
    await sql(database, 'update agentic_step set run_id = ? where run_id = ?', oldId, id)
    expect(await requests({})).toBe(0)
    expect(await requests({ since: madeAt - 3 * 86_400_000 })).toBe(1)
    expect(await requests({ run: oldId })).toBe(1)
    expect(await requests({ owner: 'ada', session: 'chat' })).toBe(1)
  })

  test('rows beyond a limit are in the total', async () => {
    const agentic = desk()
    for (const owner of ['ada', 'bob', 'eve']) await ended(agentic, owner, 'chat', 'a')
    const { rows, total } = await agentic.usage({ by: 'owner', limit: 2 })
    expect(rows.map(({ key }) => key)).toEqual(['ada', 'bob'])
    expect(total).toEqual(meteredSums(3, 0.5))
  })

  test.each<[query: object, said: RegExp]>([
    [{ by: 'team' }, /`by` is "team". Accepted is one of run, session/],
    [{ by: 'run', session: 'chat' }, /`session` is "chat". Accepted is a session with its `owner`/],
    [{ by: 'run', since: Number.NaN }, /`since` is NaN. Accepted is a moment/],
    [{ by: 'run', until: -1 }, /`until` is -1/],
    [
      { by: 'run', since: 6, until: 5 },
      /`since` is 6. Accepted is a moment .* `until`, which is 5/,
    ],
    [{ by: 'run', limit: 0 }, /`limit` is 0/],
  ])('%j is refused', async (query, said) => {
    const asked = desk().usage(query as UsageQuery)
    await expect(asked).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringMatching(said),
    })
  })
})

test('when steps are deleted the sums stay, and the models are forgotten', async () => {
  const database = temporaryDatabase()
  const agentic = desk(database)
  const first = await ended(agentic, 'ada', 'chat', 'a')
  await ended(agentic, 'ada', 'chat', 'b')
  await sql(database, 'delete from agentic_step where run_id = ?', first.id)
  const { rows, total } = await agentic.usage({ by: 'model' })
  expect(rows).toEqual([
    { key: 'large', owner: null, ...meteredSums(1, 0.5) },
    { key: null, owner: null, ...meteredSums(1, 0.5) },
  ])
  expect(total).toEqual(meteredSums(2, 0.5))
  expect((await agentic.usage({ by: 'owner' })).total).toEqual(total)
})

test('what a version before this one recorded counts, its cost unknown', async () => {
  const database = temporaryDatabase()
  const agentic = desk(database)
  await ended(agentic, 'ada', 'chat', 'a')
  await sql(database, 'update agentic_step set total_tokens = null, cost = null, cached_tokens = 0')
  await sql(database, 'update agentic_run set cost = 0, priced_requests = 0, cached_tokens = 0')
  const sums = { ...meteredSums(1, null), cachedInputTokens: 0 }
  expect((await agentic.usage({ by: 'model' })).total).toEqual(sums)
  expect((await agentic.usage({ by: 'agent' })).total).toEqual(sums)
})

function desk(database = temporaryDatabase()): Agentic {
  const agent = () => new Agent({ name: 'Assistant', model: 'large' })
  return instance({
    agents: { a: agent, b: agent },
    ...models({ large: ['Hello'] }),
    estimateCost,
    database,
  })
}

async function ended(agentic: Agentic, owner: string, session: string, agent?: string) {
  const { id } = await agentic.runs.submit({ owner, session, input: 'Hi', ...(agent && { agent }) })
  return agentic.runs.wait({ owner, id })
}

const twoTurns: Record<string, Turn[]> = {
  large: [[call('work')], (request) => results(request).join()],
}

function models(turns: Record<string, Turn[]>) {
  const all = new Map(
    Object.entries(turns).map(([name, said]) => [name, new MeteredModel(...said)]),
  )
  return { modelProvider: { getModel: (name?: string) => all.get(name ?? '') } }
}

async function allSums(agentic: Agentic) {
  const rows = async (by: UsageQuery['by']) => (await agentic.usage({ by })).rows
  return {
    model: await rows('model'),
    owner: await rows('owner'),
    agent: await rows('agent'),
    session: await rows('session'),
  }
}

/** A lead with a large model; its guardrail and two researchers, asked at once, have a small one that fails at first. */
function everything(events: Mode) {
  const hold = new Hold()
  const northDone = Promise.withResolvers<void>()
  let failures = 2
  const small = Object.assign(
    new MeteredModel(
      ({ systemInstructions: who = '' }) => {
        if (who === 'judge') return 'fine'
        if (failures-- > 0) throw new Error('overloaded')
        return [call('dig', { note: who })]
      },
      ({ systemInstructions: who = '' }) => {
        if (who === 'north') northDone.resolve()
        return who
      },
    ),
    { model: 'small' },
  )
  const large = new MeteredModel(
    [call('ask_north', { input: 'dig' }), call('ask_south', { input: 'dig' })],
    (request) => results(request).join(),
  )
  const dig = notingTool('dig', [], async (note) => {
    if (note === 'north') return 'N'
    await northDone.promise
    await hold.here()
    return 'S'
  })
  const policy = retryPolicies.any(() => true)
  const modelSettings = { retry: { maxRetries: 5, policy, backoff: { initialDelayMs: 1 } } }
  const named = (name: string) => ({ name, instructions: name, modelSettings })
  const nested = (name: string) =>
    new Agent({ ...named(name), model: 'small', tools: [dig] }).asTool({ toolName: `ask_${name}` })
  const guardrail = {
    name: 'judge',
    execute: async () => {
      const { finalOutput } = await runAgent(
        new Agent({ ...named('judge'), model: small }),
        'Fine?',
      )
      return { tripwireTriggered: false, outputInfo: finalOutput }
    },
  }
  const agent = () =>
    new Agent({
      ...named('lead'),
      model: 'large',
      tools: [nested('north'), nested('south')],
      inputGuardrails: [guardrail],
    })
  const modelProvider = { getModel: (name?: string) => (name === 'small' ? small : large) }
  const tools = { dig: { interrupted: 'rerun' } } as const
  return { hold, story: { agent, events, tools, estimateCost, modelProvider } }
}
