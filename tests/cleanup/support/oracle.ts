import type { AgenticOptions } from 'agentic-node'
import type { Seed, SeededRun, SeededSession, Stock } from './seed.ts'

type Policy = NonNullable<AgenticOptions['cleanup']>

/** What is left after a cleanup, worked out in the simplest way. */
export function leftAfter({ sessions, runs }: Seed, policy: Policy): Stock {
  const { eventsDays, stepsDays, runsDays, sessionsDays, sessionsRequireEmpty = true } = policy
  const { runsStatuses = ['completed', 'failed', 'cancelled'] } = policy
  const isOlder = (age: number | null, days: number | undefined) =>
    age !== null && days !== undefined && age > days
  const statuses: string[] = runsStatuses
  const old = runs.filter((run) => isOlder(run.age, runsDays) && statuses.includes(run.status))
  const others = runs.filter((run) => !old.includes(run))
  const goes = (session: SeededSession) => {
    const own = others.filter((run) => run.sessionId === session.id)
    if (!isOlder(session.age, sessionsDays) || own.some((run) => run.age === null)) return false
    return !sessionsRequireEmpty || (own.length === 0 && session.items === 0)
  }
  const left = sessions.filter((session) => !goes(session))
  const stays = others.filter((run) => left.some((session) => session.id === run.sessionId))
  const remains = (run: SeededRun) => ({
    events: isOlder(run.age, eventsDays) ? 1 : run.events,
    steps: isOlder(run.age, stepsDays) ? 0 : run.steps,
    approvals: run.approvals,
    inputs: 1,
  })
  return {
    sessions: byId(left, ({ items }) => ({ items })),
    runs: byId(stays, remains),
    orphans: 0,
  }
}

function byId<T extends { id: string }, V>(all: T[], value: (one: T) => V): Record<string, V> {
  return Object.fromEntries(
    all.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map((one) => [one.id, value(one)]),
  )
}

/** What goes from one to the other. */
export function difference(before: Stock, after: Stock) {
  const sum = (stock: Stock) => {
    const runs = Object.values(stock.runs)
    const add = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0)
    return {
      runs: runs.length,
      events: add(runs.map(({ events }) => events)),
      steps: add(runs.map(({ steps }) => steps)),
      approvals: add(runs.map(({ approvals }) => approvals)),
      sessions: Object.keys(stock.sessions).length,
      items: add(Object.values(stock.sessions).map(({ items }) => items)),
    }
  }
  const [had, has] = [sum(before), sum(after)]
  const kinds = Object.keys(had) as (keyof typeof had)[]
  return Object.fromEntries(kinds.map((kind) => [kind, had[kind] - has[kind]]))
}
