import { Agent } from '@openai/agents'
import { expect, test } from 'vitest'
import type { Agentic, JsonValue } from 'agentic-node'
import { firstLife, Hold, notingTool, secondLife } from '../support/lives.ts'
import { call, results, TurnModel } from '../support/turn-model.ts'
import { decideAndWait, interruptedRun, pendingOf, waitingRun } from '../support/waiting.ts'

type Decision = Omit<Parameters<Agentic['approvals']['decide']>[0], 'owner' | 'id'>

const yes = { decision: 'approve' } as const
const no = { decision: 'reject', message: 'Too dear' } as const
const edited = { ...yes, arguments: { note: '9' } } as const
const forAll = { ...yes, restOfRun: true } as const
const forNone = { ...no, restOfRun: true } as const

test.each<[Decision, Decision[]]>([
  [yes, [no, edited, forAll]],
  [no, [yes, forNone]],
  [edited, [yes, no, { ...edited, arguments: { note: '10' } }, { ...edited, restOfRun: true }]],
  [forAll, [yes, forNone]],
])('%j holds: the same again answers with it, another is refused', async (first, others) => {
  const { second, pending } = await waitingRun(asking())
  const query = { owner: 'ada', id: pending[0]!.id }
  const decided = await second.approvals.decide({ ...query, ...first, decidedBy: 'bob' })
  expect(decided).toMatchObject({ decidedBy: 'bob', decidedAt: expect.any(Number) })
  expect(await second.approvals.decide({ ...query, ...first, decidedBy: 'eve' })).toEqual(decided)
  for (const other of others) {
    const again = second.approvals.decide({ ...query, ...other })
    await expect(again, JSON.stringify(other)).rejects.toMatchObject({
      code: 'already_decided',
      status: 409,
      message: expect.stringMatching(/by bob at \d{4}-/),
    })
  }
  expect(await second.approvals.get(query)).toEqual(decided)
})

test('of an interrupted call holds with its result', async () => {
  const { second, pending } = await interruptedRun(...interrupting())
  const query = { owner: 'ada', id: pending[0]!.id, decision: 'done' } as const
  const decided = await second.approvals.decide({ ...query, result: { a: 1, b: 2 } })
  expect(await second.approvals.decide({ ...query, result: { b: 2, a: 1 } })).toEqual(decided)
  for (const other of [{}, { result: { a: 1 } }, { decision: 'rerun' as const }]) {
    await expect(second.approvals.decide({ ...query, ...other })).rejects.toMatchObject({
      code: 'already_decided',
    })
  }
})

test('ten that approve and reject at once, in two processes: one decision', async () => {
  const { second, id, database, pending } = await waitingRun(asking())
  const third = secondLife(asking(), database)
  const asked = await Promise.allSettled(
    Array.from({ length: 10 }, async (_, index) =>
      [second, third][index % 2]!.approvals.decide({
        owner: 'ada',
        id: pending[0]!.id,
        ...(index % 3 === 0 ? yes : no),
        decidedBy: `person ${index}`,
      }),
    ),
  )
  const { status, decidedBy } = await second.approvals.get({ owner: 'ada', id: pending[0]!.id })
  const answers = asked.map((one) => (one.status === 'fulfilled' ? one.value : one.reason.code))
  expect(new Set(answers.map((one) => (typeof one === 'string' ? one : one.decidedBy)))).toEqual(
    new Set([decidedBy, 'already_decided']),
  )
  expect(answers.filter((one) => one !== 'already_decided')).toHaveLength(
    status === 'approved' ? 4 : 6,
  )
  await second.runs.wait({ owner: 'ada', id })
  expect(await typesOf(second, id)).toMatchObject({ tool_approval_decided: 1, 'run.resumed': 1 })
})

test('what does not fit the question is refused, and what it accepts is said', async () => {
  const { second, pending } = await waitingRun(asking())
  const query = { owner: 'ada', id: pending[0]!.id }
  const wrong: [Decision, RegExp][] = [
    [{ decision: 'done', result: 1 }, /"approve" and "reject"/],
    [{ decision: 'toString' as never }, /"approve" and "reject"/],
    [{ ...no, arguments: { note: '1' } }, /`arguments`.*"approve"/],
    [
      { ...yes, message: 'Mind the fee' },
      /`message`.*"approve".*"reject" and "fail": leave it out/,
    ],
    [{ ...yes, result: 1 }, /`result`.*"done"/],
    [
      { ...yes, arguments: { note: 5n as never } },
      /`arguments` cannot be kept as JSON.*BigInt.*Give/,
    ],
    [{ ...yes, arguments: inItself() }, /`arguments` cannot be kept as JSON.*circular/],
    [{ ...no, message: 'x'.repeat(4001) }, /`message`/],
  ]
  for (const [decision, message] of wrong) {
    await expect(second.approvals.decide({ ...query, ...decision })).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringMatching(message),
    })
  }
  const others = second.approvals.decide({ ...query, ...yes, owner: 'bob' })
  await expect(others).rejects.toMatchObject({ code: 'not_found' })
  expect(await pendingOf(second, pending[0]!.runId)).toHaveLength(1)
})

test('an interrupted call is done, made again or failed, and not approved', async () => {
  const { second, pending } = await interruptedRun(...interrupting())
  const query = { owner: 'ada', id: pending[0]!.id }
  const wrong: [Decision, RegExp][] = [
    [yes, /"done", "rerun" and "fail"/],
    [{ decision: 'done', result: 5n as never }, /`result` cannot be kept as JSON/],
    [{ decision: 'rerun', restOfRun: true }, /`restOfRun`.*"approve" and "reject"/],
    [{ decision: 'rerun', message: 'Again' }, /`message`.*"reject" and "fail"/],
    [{ decision: 'done', result: 'x'.repeat(1_000_001) }, /`result` has 1000003 bytes/],
  ]
  for (const [decision, message] of wrong) {
    await expect(second.approvals.decide({ ...query, ...decision })).rejects.toThrow(message)
  }
})

test('for the rest of the run settles what is pending of that tool, and later calls', async () => {
  const effects: string[] = []
  const { story, model } = asksTwice(effects)
  const { second, id, pending } = await waitingRun(story)
  expect(pending.map(({ toolName }) => toolName)).toEqual(['pay', 'pay', 'mail'])
  const decision = { ...edited, restOfRun: true, decidedBy: 'bob' } as const
  const waits = await decideAndWait(second, pending[0]!, decision)
  expect(waits.status).toBe('awaiting_approval')
  const alike = await second.approvals.get({ owner: 'ada', id: pending[1]!.id })
  expect(alike).toMatchObject({ status: 'approved', decidedBy: 'bob', editedArguments: null })
  const run = await decideAndWait(second, pending[2]!, no)
  expect(run).toMatchObject({ status: 'completed', output: 'done 3 #3' })
  // What was edited was that one call.
  expect(effects.toSorted()).toEqual(['pay:2', 'pay:3', 'pay:9'])
  expect(results(model.requests[1]!)).toEqual(['done 9', 'done 2', 'Too dear'])
  expect(await typesOf(second, id)).toMatchObject({
    tool_approval_requested: 3,
    tool_approval_decided: 3,
  })
})

test('rejected for the rest of the run, later calls get the same message', async () => {
  const effects: string[] = []
  const { story, model } = asksTwice(effects)
  const { second, pending } = await waitingRun(story)
  await decideAndWait(second, pending[0]!, forNone)
  const run = await decideAndWait(second, pending[2]!, yes)
  expect(run).toMatchObject({ status: 'completed', output: 'Too dear #3' })
  expect(effects).toEqual(['mail:x'])
  expect(results(model.requests[1]!)).toEqual(['Too dear', 'Too dear', 'done x'])
})

test('for the rest of the run holds for what was asked at the same time', async () => {
  const hold = new Hold()
  const { agentic, id, effects } = await twoPayers({ names: ['Payer', 'Payer'], hold })
  const [first] = await pendingOf(agentic, id)
  await agentic.approvals.decide({ owner: 'ada', id: first!.id, ...forAll, decidedBy: 'bob' })
  hold.release()
  const run = await agentic.runs.wait({ owner: 'ada', id, until: 'pause' })
  expect(run.status).toBe('completed')
  expect(effects.toSorted()).toEqual(['pay:1', 'pay:2'])
  const all = await agentic.approvals.list({ owner: 'ada', runId: id })
  expect(all.map(({ decidedBy, restOfRun }) => [decidedBy, restOfRun])).toEqual([
    ['bob', true],
    ['bob', false],
  ])
})

test("for the rest of the run says nothing about another agent's tool of the same name", async () => {
  const hold = new Hold()
  const { agentic, id, effects } = await twoPayers({ names: ['Payer', 'Spender'], hold })
  const [first] = await pendingOf(agentic, id)
  await agentic.approvals.decide({ owner: 'ada', id: first!.id, ...forAll })
  hold.release()
  const run = await agentic.runs.wait({ owner: 'ada', id, until: 'pause' })
  expect(run.status).toBe('awaiting_approval')
  expect(await pendingOf(agentic, id)).toMatchObject([{ agentName: 'Spender', toolName: 'pay' }])
  await decideAndWait(agentic, (await pendingOf(agentic, id))[0]!, forNone)
  expect(effects).toEqual(['pay:1'])
})

/** A run whose two nested agents pay, the second one once `hold` is released; the first payment waits for a person. */
async function twoPayers({ names, hold }: { names: [string, string]; hold: Hold }) {
  const effects: string[] = []
  const payer = (name: string, note: string, before: () => Promise<void>) => {
    const pay = notingTool('pay', effects)
    pay.needsApproval = async () => true
    const model = new TurnModel(
      async () => before().then(() => [call('pay', { note })]),
      (request) => results(request).join(),
    )
    return new Agent({ name, model, tools: [pay] }).asTool({ toolName: `ask_${note}` })
  }
  const outer = new TurnModel(
    [call('ask_1', { input: 'x' }), call('ask_2', { input: 'y' })],
    'Paid',
  )
  const [one, other] = names
  const agent = () => {
    const tools = [payer(one, '1', async () => {}), payer(other, '2', async () => hold.here())]
    return new Agent({ name: 'Lead', model: outer, tools })
  }
  const agentic = firstLife({ agent, events: 'items' })
  const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Go' })
  await hold.reached
  await expect.poll(async () => pendingOf(agentic, id)).toHaveLength(1)
  return { agentic, id, effects }
}

test('of a run that has ended is refused, saying so', async () => {
  const { second, id, pending } = await waitingRun(asking())
  await second.runs.cancel({ owner: 'ada', id })
  const late = second.approvals.decide({ owner: 'ada', id: pending[0]!.id, ...yes })
  await expect(late).rejects.toMatchObject({
    code: 'already_decided',
    message: expect.stringContaining('its run has ended'),
  })
})

test('one call failed fails the run at once, whatever else waits', async () => {
  const hold = new Hold()
  const effects: string[] = []
  const model = new TurnModel([call('pay', { note: '1' }), call('mail', { note: 'x' })], 'never')
  const agent = () => {
    const pay = notingTool('pay', effects, async () => hold.here())
    const mail = notingTool('mail', effects)
    mail.needsApproval = async () => true
    return new Agent({ name: 'P', model, tools: [pay, mail] })
  }
  const story = { agent, events: 'items', tools: { pay: { interrupted: 'ask' } } } as const
  const { second, pending } = await interruptedRun(story, hold.reached)
  expect(pending.map(({ kind }) => kind)).toEqual(['interrupted', 'call'])
  const run = await decideAndWait(second, pending[0]!, { decision: 'fail' })
  expect(run).toMatchObject({ status: 'failed', errorCode: 'interrupted' })
  const late = second.approvals.decide({ owner: 'ada', id: pending[1]!.id, ...yes })
  await expect(late).rejects.toMatchObject({ code: 'already_decided' })
  const left = await second.approvals.get({ owner: 'ada', id: pending[1]!.id })
  expect(left).toMatchObject({ status: 'undecided', decidedBy: null })
  expect(effects).toEqual(['pay:1'])
})

test('a run that waits holds no slot of its owner, and replaying it costs no tokens', async () => {
  const limits = { ownerConcurrency: 1 }
  const { second, id, pending } = await waitingRun({ ...asking(), limits })
  const other = await second.runs.submit({ owner: 'ada', session: 'other', input: 'Go' })
  const otherRun = await second.runs.wait({ owner: 'ada', id: other.id, until: 'pause' })
  expect(otherRun.status).toBe('awaiting_approval')
  expect((await second.runs.get({ owner: 'ada', id })).usage.requests).toBe(1)
  const run = await decideAndWait(second, pending[0]!, yes)
  expect(run.usage).toEqual({ requests: 2, inputTokens: 20, outputTokens: 10, totalTokens: 30 })
})

/** No JSON: it has no end. */
function inItself() {
  const value: { note: JsonValue } = { note: '1' }
  value.note = value
  return value
}

/** An agent that asks whether it may pay. */
function asking() {
  const model = new TurnModel([call('pay', { note: '5' })], (request) => results(request).join())
  const agent = () => {
    const pay = notingTool('pay', [])
    pay.needsApproval = async () => true
    return new Agent({ name: 'Payer', model, tools: [pay] })
  }
  return { agent, events: 'items' as const }
}

/** One that pays and is cut off in it. */
function interrupting() {
  const hold = new Hold()
  const model = new TurnModel([call('pay', { note: '5' })], (request) => results(request).join())
  const agent = () => {
    const pay = notingTool('pay', [], async () => hold.here())
    return new Agent({ name: 'Payer', model, tools: [pay] })
  }
  const tools = { pay: { interrupted: 'ask' } } as const
  return [{ agent, events: 'items', tools } as const, hold.reached] as const
}

/** Asks whether it may pay twice and write a mail, and afterwards whether it may pay once more. */
function asksTwice(effects: string[]) {
  const model = new TurnModel(
    [call('pay', { note: '1' }), call('pay', { note: '2' }), call('mail', { note: 'x' })],
    [call('pay', { note: '3' })],
    (request) => results(request).at(-1)!,
  )
  const agent = () => {
    const tools = ['pay', 'mail'].map((name) => {
      const asked = notingTool(name, effects)
      asked.needsApproval = async () => true
      return asked
    })
    return new Agent({ name: 'Payer', model, tools })
  }
  return { story: { agent, events: 'items' as const }, model }
}

/** How often each type of event is in a run's log. */
async function typesOf(agentic: Agentic, id: string): Promise<Record<string, number>> {
  const log = await agentic.runs.events({ owner: 'ada', id, limit: 1000 })
  const counts: Record<string, number> = {}
  for (const { type } of log) counts[type] = (counts[type] ?? 0) + 1
  return counts
}
