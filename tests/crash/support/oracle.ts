import { costOfAnswer, labels, tokens } from './answers.ts'
import type { Effect } from './effects.ts'
import { policies } from './policies.ts'
import type { EventRow, ItemRow, RunRow, Snapshot, StepRow } from './snapshot.ts'

/** What was on disk each time a process had ended. */
export interface Told {
  snapshots: Snapshot[]
}

/** What an unkilled run looks like, without what differs from run to run. */
export interface Shape {
  items: string[]
  events: string[]
}

interface Subject {
  run: RunRow
  steps: StepRow[]
  events: EventRow[]
  items: ItemRow[]
}

export function referenceOf(unkilled: Told): Shape {
  const final = unkilled.snapshots.at(-1)!
  return shapeOf(final, final.runs[0]?.id ?? '')
}

/** Everything that is wrong after the lives of a process: with each order's run, or with how many there are. */
export function problemsAfter(lives: Told, reference: Shape | null): string[] {
  const final = lives.snapshots.at(-1)!
  const accepted = final.effects.filter((effect) => effect.kind === 'accepted')
  if (accepted.length !== final.runs.length) {
    return [`${final.runs.length} runs, ${accepted.length} accepted`]
  }
  return accepted.flatMap(({ runId: id, tag }) => problemsOf({ id, tag }, final, reference))
}

/** Everything that is wrong with a run after its lives, compared with one that nobody killed. Empty when all is well. */
export function problemsOf(
  run: { id: string; tag: string },
  final: Snapshot,
  reference: Shape | null,
): string[] {
  const row = final.runs.find((one) => one.id === run.id)
  if (row === undefined) return ['an accepted run is lost']
  if (row.status !== 'completed') return [`the run is ${row.status}: ${row.error}`]
  const subject = subjectOf(final, row)
  const problems = [
    ...modelProblems(run, final),
    ...toolProblems(run, final),
    ...usageProblems(subject),
    ...eventProblems(subject),
    ...itemProblems(subject),
    ...final.audit
      .filter(({ run_id: id }) => id === row.id)
      .map((found) => `${found.what}: ${found.detail}`),
  ]
  if (reference === null) return problems
  const shape = shapeOf(final, row.id)
  return [
    ...problems,
    ...difference('items', shape.items, reference.items),
    ...difference('events', shape.events, reference.events),
  ]
}

export function shapeOf(final: Pick<Snapshot, 'items' | 'events'>, runId: string): Shape {
  return {
    items: final.items.filter((item) => item.run_id === runId).map(({ item }) => nameOf(item)),
    events: final.events
      .filter((event) => event.run_id === runId && isLasting(event.type))
      .map(({ type, payload }) => `${type} ${String(payload['path'] ?? '')}`)
      .map(withoutDigest)
      .sort(),
  }
}

function subjectOf(final: Snapshot, run: RunRow): Subject {
  return {
    run,
    steps: final.steps.filter((step) => step.run_id === run.id),
    events: final.events.filter((event) => event.run_id === run.id),
    items: final.items.filter((item) => item.run_id === run.id),
  }
}

/** Attempts and partial texts differ with every kill; what happened in the run does not. */
function isLasting(type: string): boolean {
  const passing = [
    'run.attempt_started',
    'run.recovered',
    'run.drained',
    'run.resumed',
    'text_delta',
  ]
  return !passing.includes(type)
}

/** The path of a nested run holds a digest of its input, in which there is a nonce. */
function withoutDigest(text: string): string {
  return text.replaceAll(/:[0-9a-f]{12}:/g, ':digest:')
}

function nameOf(item: { [key: string]: unknown }): string {
  return `${String(item['type'] ?? 'message')} ${String(item['role'] ?? item['name'] ?? '')}`
}

function difference(what: string, is: string[], should: string[]): string[] {
  if (JSON.stringify(is) === JSON.stringify(should)) return []
  const missing = should.filter((one) => count(should, one) > count(is, one))
  const extra = is.filter((one) => count(is, one) > count(should, one))
  return [`${what} differ; missing: ${missing.join(', ')}; too many: ${extra.join(', ')}`]
}

function count(all: string[], one: string): number {
  return all.filter((other) => other === one).length
}

function modelProblems({ id, tag }: { id: string; tag: string }, final: Snapshot): string[] {
  return labels.flatMap((name) => {
    const label = `${tag}:${name}`
    const recorded = answersTo(label, final, id)
    const [step] = recorded
    if (step === undefined || recorded.length !== 1) {
      return [`${label} is recorded ${recorded.length} times`]
    }
    const calls = final.effects.filter((it) => it.kind === 'model' && it.label === label) as Made[]
    // A model elsewhere has a count of its own.
    return calls.length === 0 ? [] : [...repetitions(label, calls), ...late(label, step, calls)]
  })
}

/** The steps with an answer to this question: in its `responseId` our model says what it was asked. */
function answersTo(label: string, at: Snapshot, runId: string): StepRow[] {
  const idOf = ({ result }: StepRow) =>
    String((JSON.parse(result ?? '{}') as { responseId?: string }).responseId)
  return at.steps.filter(
    (step) =>
      step.run_id === runId &&
      step.kind === 'model' &&
      step.state === 'done' &&
      idOf(step).startsWith(`${label}/`),
  )
}

type Made = Extract<Effect, { kind: 'model' | 'tool' }>

/**
 * What is recorded was made, and not once more by an attempt that could know it. An attempt that had lost its run, and
 * stood still between its last look at the lease and the call, makes that call whenever it wakes: no fence prevents it.
 */
function late(what: string, step: StepRow, made: Made[]): string[] {
  const recorded = made.findIndex(({ nonce }) => step.result?.includes(nonce))
  const by = made[recorded]?.attempt
  if (by !== step.attempt) {
    return [`${what} is recorded by attempt ${step.attempt} and was made by ${by ?? 'nobody'}`]
  }
  const later = made.slice(recorded + 1).filter(({ attempt }) => attempt >= by)
  return later.map(
    ({ attempt, pid }) =>
      `${what} was made again by ${pid} in attempt ${attempt}, after attempt ${by} had recorded it`,
  )
}

/** An attempt makes a call once. */
function repetitions(what: string, made: Made[]): string[] {
  const attempts = Map.groupBy(made, ({ attempt }) => attempt)
  return [...attempts].flatMap(([attempt, { length: times }]) =>
    times > 1 ? [`${what} was made ${times} times in attempt ${attempt}`] : [],
  )
}

function toolProblems({ id }: { id: string }, final: Snapshot): string[] {
  const steps = final.steps.filter((step) => step.run_id === id && step.kind === 'tool')
  const found = Object.entries(policies).flatMap(([name, policy]) => {
    const calls = steps.filter((step) => step.name === name)
    const [step] = calls
    if (step === undefined || calls.length !== 1) return [`${name} has ${calls.length} steps`]
    if (step.state !== 'done') return [`${name} has no result`]
    const key = `${id}/${step.path}`
    const made = final.effects.filter((it) => it.kind === 'tool' && it.key === key) as Made[]
    const wasReported = step.result?.includes('was interrupted by a crash') === true
    const problems = repetitions(name, made)
    if (policy === 'report' && made.length > 1)
      problems.push(`${name} had its effect ${made.length} times`)
    if (policy === 'rerun' && wasReported)
      problems.push(`${name} was reported though it may be repeated`)
    if (!wasReported) problems.push(...late(name, step, made))
    return problems
  })
  const keys = final.effects.flatMap((e) =>
    e.kind === 'tool' && e.key.startsWith(`${id}/`) ? [e.key] : [],
  )
  const known = new Set(steps.map((step) => `${id}/${step.path}`))
  const strays = keys.filter((key) => !known.has(key))
  return [...found, ...strays.map((key) => `an effect without a step: ${key}`)]
}

/** Each answer once: in the sums of the run, and in those over its steps. */
function usageProblems({ run, steps }: Subject): string[] {
  const { input, cached, output, reasoning } = tokens
  const each = [1, input, cached, output, reasoning, input + output, costOfAnswer, 1]
  const should = each.map((one) => String(one * labels.length))
  const model = steps.filter(({ kind }) => kind === 'model')
  const priced = model.filter(({ cost }) => cost !== null)
  const sum = (name: (typeof sums)[number]) =>
    model.reduce((total, step) => total + Number(step[name]), 0)
  const ofSteps = [model.length, ...sums.map(sum), priced.length]
  const ofRun = [run.requests, ...sums.map((name) => run[name]), run.priced_requests]
  return [
    ...difference('usage of the run', ofRun.map(String), should),
    ...difference('usage of its steps', ofSteps.map(String), should),
  ]
}

const sums = [
  ...(['input_tokens', 'cached_tokens', 'output_tokens'] as const),
  ...(['reasoning_tokens', 'total_tokens', 'cost'] as const),
]

const terminal = ['run.completed', 'run.failed', 'run.cancelled']

export function eventProblems({ run, events }: Pick<Subject, 'run' | 'events'>): string[] {
  const problems: string[] = []
  if (events.some((event, index) => event.sequence !== index + 1)) {
    problems.push(`sequences have gaps: ${events.map((event) => event.sequence).join(' ')}`)
  }
  if (events.length !== run.last_sequence) problems.push('the last sequence is not that of the run')
  const ends = events.filter((event) => terminal.includes(event.type))
  if (ends.length !== 1) problems.push(`there are ${ends.length} terminal events`)
  if (!terminal.includes(events.at(-1)?.type ?? '')) problems.push('the last event is not terminal')
  const attempts = events.filter((event) => event.type === 'run.attempt_started')
  const numbers = attempts.map((event) => event.payload['attempt'])
  if (numbers.some((number, index) => number !== index + 1))
    problems.push(`attempts: ${numbers.join(' ')}`)
  return [...problems, ...deltaProblems(events)]
}

/** A reader that follows the deltas holds, at each moment, the beginning of what is said in the end. */
function deltaProblems(events: EventRow[]): string[] {
  const texts = new Map<string, string>()
  let attempt = 0
  return events.flatMap(({ type, payload }) => {
    const path = String(payload['path'])
    if (type === 'run.attempt_started') {
      attempt = Number(payload['attempt'])
      texts.clear()
    }
    if (type === 'text_delta') {
      const text = texts.get(path) ?? ''
      texts.set(path, text + String(payload['text']))
      if (payload['attempt'] !== attempt)
        return [`a delta of attempt ${payload['attempt']} in ${attempt}`]
      if (payload['offset'] !== text.length)
        return [`a delta of ${path} at ${payload['offset']}, not ${text.length}`]
    }
    if (type !== 'message_output_created') return []
    const whole = JSON.stringify(payload)
    const partial = JSON.stringify(texts.get(path) ?? '').slice(1, -1)
    return whole.includes(partial)
      ? []
      : [`the deltas of ${path} are not the beginning of its message`]
  })
}

export function itemProblems({ items }: Pick<Subject, 'items'>): string[] {
  const problems: string[] = []
  const of = (type: string) => items.filter(({ item }) => item['type'] === type)
  const results = of('function_call_result').map(({ item }) => String(item['callId']))
  const calls = of('function_call').map(({ item }) => String(item['callId']))
  if (new Set(calls).size !== calls.length) problems.push('a call is stored twice')
  if (JSON.stringify([...calls].sort()) !== JSON.stringify([...results].sort())) {
    problems.push('a call without its result, or the reverse')
  }
  for (const { item, position } of of('function_call_result')) {
    const call = of('function_call').find((one) => one.item['callId'] === item['callId'])
    if (call !== undefined && call.position > position) problems.push('a result before its call')
  }
  return problems
}
