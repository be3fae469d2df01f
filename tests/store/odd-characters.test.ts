import { Agent, tool } from '@openai/agents'
import { assistantMessage } from '@openai/agents/testing'
import { isAgenticError } from 'agentic-node'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { instance } from '../support/instance.ts'
import { call, results, TurnModel } from '../support/turn-model.ts'

const owner = 'ada'
const quiet = { info() {}, warn() {}, error() {} }

/** What Postgres does not take in a text (NUL, halves of surrogate pairs), and what is special to somebody on the way. */
const odd = fc.string({
  unit: fc.constantFrom(
    ...['\0', '\ud800', '\udc00', '😀', '\u{10ffff}', '\ufeff', '\u2028', '\u001b', '\u007f'],
    ...['\\', '\\u0000', '"', "'", '$1', '%s', '{', '\n', 'é', 'a', ' '],
  ),
  minLength: 1,
  maxLength: 30,
})

async function forAll<T>(values: fc.Arbitrary<T>, check: (values: T) => Promise<void>) {
  await fc.assert(fc.asyncProperty(values, check), { numRuns: 25 })
}

/** An error of who asks, not one of ours. */
const isTheirs = (status: number) => status >= 400 && status < 500

/** What a name is shown as: it is a text in the database, and not JSON. */
const readable = (text: string) => text.toWellFormed().replaceAll('\0', '\ufffd')

/** Sessions of their own, so that no run sees another's history. */
let number = 0
const nextSession = () => `s${(number += 1)}`

test('whatever a model says and a tool answers is stored and comes back as it was', async () => {
  const say = { said: '', noted: '', answered: '', id: '' }
  const heard: string[] = []
  const model = new TurnModel(
    () => [assistantMessage(say.said), call('note', { text: say.noted }, say.id)],
    (request) => {
      heard.push(...results(request))
      return [assistantMessage(say.said)]
    },
  )
  const note = tool({
    name: 'note',
    description: 'notes',
    parameters: z.object({ text: z.string() }),
    execute: async ({ text }) => {
      expect(text).toBe(say.noted)
      return say.answered
    },
  })
  const agentic = instance({
    agents: { assistant: () => new Agent({ name: 'A', model, tools: [note] }) },
  })
  const texts = fc.record({ said: odd, noted: odd, answered: odd, id: odd })
  await forAll(texts, async (next) => {
    Object.assign(say, next)
    const session = nextSession()
    const { id } = await agentic.runs.submit({ owner, session, input: next.said })
    const run = await agentic.runs.wait({ owner, id })
    expect(run).toMatchObject({ status: 'completed', output: next.said, attempt: 1 })
    expect(heard.pop()).toBe(next.answered)
    const [question, , , result] = await agentic.sessions.items({ owner, key: session })
    expect(question).toMatchObject({ content: next.said })
    expect(result).toMatchObject({ output: { text: next.answered } })
    const events = await agentic.runs.events({ owner, id })
    expect(events.at(-1)?.type).toBe('run.completed')
  })
})

test('whatever an error says, its run fails with it', async () => {
  let thrown: unknown
  const model = new TurnModel(() => {
    throw thrown
  })
  const agentic = instance({
    logger: quiet,
    agents: { assistant: () => new Agent({ name: 'A', model }) },
  })
  const errors = fc.record({ name: odd, message: odd, isError: fc.boolean(), code: odd })
  await forAll(errors, async ({ isError, ...facts }) => {
    thrown = isError ? Object.assign(new Error(facts.message), facts) : facts.message
    const { id } = await agentic.runs.submit({ owner, session: nextSession(), input: 'Go' })
    const run = await agentic.runs.wait({ owner, id })
    expect(run).toMatchObject({ status: 'failed', attempt: 1 })
    const [last] = (await agentic.runs.events({ owner, id })).slice(-1)
    expect(last?.type).toBe('run.failed')
  })
})

test('names and decisions are stored, or refused in words', async () => {
  let agentName = ''
  const model = new TurnModel([call('pay', {})], 'paid')
  const pay = tool({
    name: 'pay',
    description: 'pays',
    parameters: z.object({}),
    needsApproval: true,
    execute: async () => 'paid',
  })
  const agentic = instance({
    logger: quiet,
    agents: { assistant: () => new Agent({ name: agentName, model, tools: [pay] }) },
    context: ({ context }) => context,
  })
  const names = fc.record({
    owner: odd,
    session: odd,
    key: odd,
    context: odd,
    agentName: odd,
    message: odd,
    decidedBy: odd,
    decision: fc.constantFrom('approve' as const, 'reject' as const),
  })
  await forAll(names, async (next) => {
    agentName = `A${next.agentName}`
    const { owner, session } = next
    const hello = { input: 'Hi', context: { [next.context]: next.context } }
    const tries = [
      { ...hello, owner, session: nextSession() },
      { ...hello, owner: 'ada', session },
      { ...hello, owner: 'ada', session: nextSession(), idempotencyKey: `${number} ${next.key}` },
    ]
    for (const one of tries) {
      const submitted = await agentic.runs.submit(one).catch((error: unknown) => error)
      if (isAgenticError(submitted)) {
        expect(submitted.status).toBe(400)
        continue
      }
      const { id } = submitted as { id: string }
      const query = { owner: one.owner, id }
      const waiting = await agentic.runs.wait({ ...query, until: 'pause' })
      expect(waiting).toMatchObject({ status: 'awaiting_approval' })
      const [approval] = await agentic.approvals.list({ owner: one.owner, runId: id })
      const decision = { owner: one.owner, id: approval!.id, decision: next.decision }
      const { message, decidedBy } = next
      const decide = async () =>
        agentic.approvals
          .decide({ ...decision, message, decidedBy })
          .catch(async (error: unknown) => {
            expect(error).toMatchObject({ status: 400 })
            return agentic.approvals.decide(decision)
          })
      const decided = await decide()
      expect(readable(decided.agentName)).toBe(readable(agentName))
      expect(await agentic.runs.wait(query)).toMatchObject({
        status: 'completed',
        owner: one.owner,
      })
    }
    for (const ask of [
      async () => agentic.runs.list({ owner }),
      async () => agentic.runs.get({ owner: 'ada', id: next.session }),
      async () => agentic.runs.cancel({ owner, id: next.session }),
      async () => agentic.sessions.get({ owner, key: session }),
      async () => agentic.sessions.events({ owner, key: 's1', after: next.session }),
      async () => agentic.runs.list({ owner: 'ada', cursor: next.session }),
      async () => agentic.approvals.list({ owner, runId: next.session }),
      async () => agentic.approvals.decide({ owner, id: next.session, decision: 'approve' }),
    ]) {
      const answer = await ask().catch((error: unknown) => error)
      if (answer instanceof Error)
        expect(answer).toMatchObject({ status: expect.toSatisfy(isTheirs) })
    }
  })
})
