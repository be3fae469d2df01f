import type { Shape } from '../../crash/support/answers.ts'
import type { Call } from '../../crash/support/counting-endpoint.ts'
import { eventProblems, itemProblems, shapeOf as lookOf } from '../../crash/support/oracle.ts'
import type { RunRow, Snapshot } from '../../crash/support/snapshot.ts'
import { sessionProblems } from '../session-problems.ts'
import { callProblems } from './call-problems.ts'
import type { Order } from './customers.ts'
import { effectProblems } from './effect-problems.ts'
import type { Journal } from './journal.ts'

/** All that is known when a round is over. */
export interface Facts {
  final: Snapshot
  orders: Order[]
  calls: Call[]
  journal: Journal
}

/** What concerns one run. */
export interface Case {
  order: Order
  run: RunRow
  rows: Pick<Snapshot, 'steps' | 'events' | 'items' | 'effects'>
  calls: Call[]
}

/** Everything that must not be, each said in one line. Empty when nothing was lost and nothing was repeated. */
export function verdictOf(facts: Facts): string[] {
  const { final, orders } = facts
  const cases = casesOf(facts)
  const accepted = orders.filter(({ runId }) => runId !== '')
  const lost = accepted.filter(({ runId }) => !final.runs.some(({ id }) => id === runId))
  const references = new Map<Shape, Case>()
  for (const one of cases) {
    if (!references.has(one.order.shape)) references.set(one.order.shape, one)
  }
  return [
    ...lost.map(({ tag, runId }) => `${tag} (${runId}) was accepted and is lost`),
    ...(final.runs.length === accepted.length
      ? []
      : [`there are ${final.runs.length} runs, and ${accepted.length} were accepted`]),
    ...cases.flatMap((one) =>
      problemsOf(one, references.get(one.order.shape)!, facts.journal).map(
        (problem) => `${one.order.tag} (${one.run.id}): ${problem}`,
      ),
    ),
    ...sessionProblems(final),
    ...overlaps(final),
    ...final.audit.map(({ what, run_id: id, detail }) => `${id}: ${what}: ${detail}`),
  ]
}

function casesOf({ final, orders, calls }: Facts): Case[] {
  const of = <T extends { run_id: string }>(rows: T[]) => Map.groupBy(rows, (row) => row.run_id)
  const [steps, events, items] = [of(final.steps), of(final.events), of(final.items)]
  const effects = Map.groupBy(final.effects, (it) => (it.kind === 'tool' ? runOf(it.key) : ''))
  const asked = Map.groupBy(calls, ({ label }) => label.slice(0, label.indexOf(':')))
  return orders.flatMap((order) => {
    const run = final.runs.find(({ id }) => id === order.runId)
    if (run === undefined) return []
    const { id } = run
    const rows = {
      steps: steps.get(id) ?? [],
      events: events.get(id) ?? [],
      items: items.get(id) ?? [],
      effects: effects.get(id) ?? [],
    }
    return [{ order, run, rows, calls: asked.get(order.tag) ?? [] }]
  })
}

function runOf(key: string): string {
  return key.slice(0, key.indexOf('/'))
}

function problemsOf(one: Case, reference: Case, journal: Journal): string[] {
  const { run, rows } = one
  return [
    ...statusProblems(one),
    ...callProblems(one, journal),
    ...effectProblems(one),
    ...usageProblems(one),
    ...eventProblems({ run, events: rows.events }),
    ...itemProblems(rows),
    ...streamProblems(one),
    ...(run.status === 'completed' ? lookProblems(one, reference) : []),
  ]
}

/** Nothing in these runs can fail; only those that were cancelled are, and all that were told so. */
function statusProblems({ order, run }: Case): string[] {
  const { cancelled } = order
  if (run.status === 'completed') {
    return cancelled !== null && cancelled.status !== 'completed'
      ? [`its cancel was accepted (${cancelled.status}), and it is completed`]
      : []
  }
  if (run.status === 'cancelled')
    return cancelled === null ? ['nobody cancelled it, and it is'] : []
  return [`it is ${run.status}: ${run.error}`]
}

function usageProblems({ run, rows }: Case): string[] {
  const models = rows.steps.filter(({ kind, state }) => kind === 'model' && state === 'done')
  const should = [models.length, 10 * models.length, 5 * models.length, 15 * models.length]
  const is = [run.requests, run.input_tokens, run.output_tokens, run.total_tokens]
  return JSON.stringify(is) === JSON.stringify(should) ? [] : [`usage is ${is}, not ${should}`]
}

/** Who followed has seen every event once, in order. */
function streamProblems({ order, rows }: Case): string[] {
  if (order.seen === null) return []
  const lines = (all: { sequence: number; type: string }[]) =>
    all.map(({ sequence, type }) => `${sequence} ${type}`).join(', ')
  return lines(order.seen) === lines(rows.events)
    ? []
    : [`its stream showed ${lines(order.seen)}; its log is ${lines(rows.events)}`]
}

/** A completed run looks like one that nobody disturbed. */
function lookProblems(one: Case, reference: Case): string[] {
  const look = ({ run, rows }: Case) => {
    const { items, events } = lookOf(rows, run.id)
    return { items, events: events.filter((event) => !event.startsWith('run.cancel_requested')) }
  }
  const [is, should] = [look(one), look(reference)]
  const isApproved = one.order.shape !== 'whole' || one.order.decision === 'approve'
  return [
    ...(JSON.stringify(is.items) === JSON.stringify(should.items)
      ? []
      : [`its items are ${is.items}; those of an undisturbed run are ${should.items}`]),
    ...(!isApproved || JSON.stringify(is.events) === JSON.stringify(should.events)
      ? []
      : [`its events are ${is.events}; those of an undisturbed run are ${should.events}`]),
  ]
}

/** Of one session's runs, each begins after the one before it has ended. */
function overlaps({ runs, events }: Snapshot): string[] {
  const moments = new Map<string, { from: number; to: number }>()
  for (const { run_id: id, type, created_at: at } of events) {
    if (type === 'run.attempt_started' && !moments.has(id)) moments.set(id, { from: at, to: at })
    const moment = moments.get(id)
    if (moment !== undefined) moment.to = Math.max(moment.to, at)
  }
  return [...Map.groupBy(runs, (run) => run.session_id).values()].flatMap((all) => {
    const lives = all
      .flatMap(({ id }) => ({ id, ...moments.get(id)! }))
      .filter(({ from }) => from !== undefined)
      .sort((one, other) => one.from - other.from)
    return lives.flatMap(({ id, from }, index) => {
      const before = lives[index - 1]
      return before !== undefined && before.to > from
        ? [`${id} began before ${before.id} of its session had ended`]
        : []
    })
  })
}
