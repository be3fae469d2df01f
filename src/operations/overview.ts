import type { Overview, Percentiles, UsageLine } from '../core/admin.ts'
import { AgenticError } from '../core/errors.ts'
import { runStatuses, type RunStatus } from '../core/run.ts'
import type { Database } from '../store/database.ts'
import {
  countedRuns,
  queueNow,
  workersNow,
  type CountedRun,
  type WindowQuery,
} from '../store/overview.ts'
import { clocksDifferMs, idAt, momentOf } from '../core/id-times.ts'

const dayMs = 86_400_000
const sliceCount = 48
/** How many runs of a window are looked at, and at once: the embedded database keeps its process busy meanwhile. */
const most = { runs: 100_000, atOnce: 2_000, named: 10, counted: 10_000, workers: 200 }

/** How things stand and went. Costs what the window has: nothing counts a whole table. */
export async function overview(
  database: Database,
  query: { since?: number; until?: number },
): Promise<Overview> {
  const until = query.until ?? Date.now()
  const since = query.since ?? until - dayMs
  checkWindow(since, until)
  const tally = new Tally(since, until)
  const from = idAt(since - clocksDifferMs)
  let before: string | null = idAt(until + clocksDifferMs)
  while (before !== null && tally.runs < most.runs) {
    const limit = Math.min(most.atOnce, most.runs - tally.runs)
    const range: WindowQuery = { from, before, limit }
    const page = await database.read(async (executor) => countedRuns(executor, range))
    for (const run of page) tally.add(run)
    before = page.length < limit ? null : (page.at(-1)?.id ?? null)
  }
  const searchedTo = before === null ? null : momentOf(before)
  return database.read(async (executor) => ({
    ...{ since, until, searchedTo },
    ...tally.result(),
    queue: await queueNow(executor, { most: most.counted }),
    workers: await workersNow(executor, { limit: most.workers }),
  }))
}

function checkWindow(since: number, until: number): void {
  const isMoment = (value: number) => Number.isSafeInteger(value) && value >= 0
  if (isMoment(since) && isMoment(until) && since < until) return
  throw new AgenticError(
    'invalid_request',
    `The window from ${since} to ${until} is none. Accepted are whole milliseconds since the epoch, \`since\` before \`until\`.`,
  )
}

/** What is counted while the runs of a window go by. */
class Tally {
  runs = 0
  readonly #since: number
  readonly #until: number
  readonly #sliceMs: number
  readonly #slices: Overview['slices']
  readonly #waits: number[] = []
  readonly #durations: number[] = []
  readonly #agents = new Map<string, UsageLine>()
  readonly #owners = new Map<string, UsageLine>()

  constructor(since: number, until: number) {
    this.#since = since
    this.#until = until
    this.#sliceMs = Math.max(1, Math.ceil((until - since) / sliceCount))
    const count = Math.ceil((until - since) / this.#sliceMs)
    this.#slices = Array.from({ length: count }, (_, number) => ({
      at: since + number * this.#sliceMs,
      counts: noCounts(),
    }))
  }

  add(run: CountedRun): void {
    const { created_at: createdAt, started_at: startedAt, finished_at: finishedAt } = run
    if (createdAt < this.#since || createdAt >= this.#until) return
    this.runs += 1
    const slice = this.#slices[Math.floor((createdAt - this.#since) / this.#sliceMs)]
    if (slice !== undefined) slice.counts[run.status] += 1
    if (startedAt !== null && finishedAt !== null) {
      this.#waits.push(startedAt - createdAt)
      this.#durations.push(finishedAt - startedAt)
    }
    use(this.#agents, run.agent_key, run)
    use(this.#owners, run.owner, run)
  }

  result(): Pick<Overview, 'runs' | 'slices' | 'waitMs' | 'durationMs' | 'agents' | 'owners'> {
    return {
      runs: this.runs,
      slices: this.#slices,
      waitMs: percentiles(this.#waits),
      durationMs: percentiles(this.#durations),
      agents: mostUsed(this.#agents),
      owners: mostUsed(this.#owners),
    }
  }
}

function noCounts(): Record<RunStatus, number> {
  return Object.fromEntries(runStatuses.map((status) => [status, 0])) as Record<RunStatus, number>
}

function use(lines: Map<string, UsageLine>, name: string, run: CountedRun): void {
  const line = lines.get(name) ?? noUsage(name)
  lines.set(name, line)
  const isPriced = run.priced_requests === run.requests
  addTo(line, 1, {
    requests: run.requests,
    inputTokens: run.input_tokens,
    outputTokens: run.output_tokens,
    totalTokens: run.total_tokens,
    ...(isPriced && { cost: run.cost }),
  })
}

function noUsage(name: string | null): UsageLine {
  const usage = { requests: 0, inputTokens: 0, outputTokens: 0, totalTokens: 0, cost: 0 }
  return { name, runs: 0, usage }
}

function addTo(line: UsageLine, runs: number, usage: UsageLine['usage']): void {
  line.runs += runs
  line.usage.requests += usage.requests
  line.usage.inputTokens += usage.inputTokens
  line.usage.outputTokens += usage.outputTokens
  line.usage.totalTokens += usage.totalTokens
  // Of a sum of which a part is unknown nothing is known.
  if (usage.cost === undefined) delete line.usage.cost
  else if (line.usage.cost !== undefined) line.usage.cost += usage.cost
}

function mostUsed(lines: Map<string, UsageLine>): UsageLine[] {
  const sorted = [...lines.values()].sort(
    (a, b) => b.usage.totalTokens - a.usage.totalTokens || b.runs - a.runs,
  )
  const rest = noUsage(null)
  for (const { runs, usage } of sorted.slice(most.named)) addTo(rest, runs, usage)
  const all = [...sorted.slice(0, most.named), ...(rest.runs === 0 ? [] : [rest])]
  for (const { usage } of all) if (usage.requests === 0) delete usage.cost
  return all
}

/** The value that so many of a hundred do not exceed. */
function percentiles(values: number[]): Percentiles | null {
  if (values.length === 0) return null
  const sorted = Float64Array.from(values).sort()
  const at = (part: number) => sorted[Math.ceil(part * sorted.length) - 1] ?? 0
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99) }
}
