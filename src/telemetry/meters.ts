import {
  metrics,
  type BatchObservableCallback,
  type Counter,
  type Histogram,
  type Meter,
  type MeterProvider,
  type Observable,
} from '@opentelemetry/api'

/** What is told when somebody collects; none of it asks the database. */
export interface Observed {
  /** Tells the instances of one process apart. */
  basePath: string
  attempts: () => number
  streams: () => number
  isQueueAway: () => boolean
}

/** By their short names; what each measures is in docs/observability.md. */
export interface Instruments {
  transitions: Counter
  leasesLost: Counter
  recoveries: Counter
  runWait: Histogram
  runDuration: Histogram
  modelDuration: Histogram
  tokens: Histogram
  toolDuration: Histogram
  agentDuration: Histogram
}

/** Of the GenAI conventions. */
const callSeconds = doublings(0.01, 14)
const agentSeconds = doublings(0.1, 13)
const tokenCounts = Array.from({ length: 14 }, (_, power) => 4 ** power)
/** Ours: runs wait for people, and for days. */
const runSeconds = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3_600, 21_600, 86_400]

/**
 * The numbers of an instance. A meter of the API does not turn into one of an SDK that is registered later, as a tracer
 * does, so they are made anew when the app has set another provider.
 */
export class Meters {
  readonly #observed: Observed
  #provider: MeterProvider | null = null
  #instruments: Instruments | null = null
  #stopObserving: () => void = () => {}

  constructor(observed: Observed) {
    this.#observed = observed
  }

  get(): Instruments {
    const provider = metrics.getMeterProvider()
    if (this.#instruments !== null && provider === this.#provider) return this.#instruments
    const meter = provider.getMeter('agentic-node')
    this.#stopObserving()
    this.#stopObserving = observe(meter, this.#observed)
    this.#provider = provider
    this.#instruments = instrumentsOf(meter)
    return this.#instruments
  }

  close(): void {
    this.#stopObserving()
    this.#stopObserving = () => {}
  }
}

function instrumentsOf(meter: Meter): Instruments {
  const counter = (name: string, unit: string, description: string) =>
    meter.createCounter(name, { unit, description })
  const seconds = (name: string, description: string, explicitBucketBoundaries: number[]) =>
    meter.createHistogram(name, { unit: 's', description, advice: { explicitBucketBoundaries } })
  return {
    transitions: counter('agentic.run.transitions', '{run}', 'Runs that entered a status.'),
    leasesLost: counter('agentic.leases.lost', '{lease}', 'Attempts that lost their run.'),
    recoveries: counter('agentic.recoveries', '{run}', 'Runs taken from a worker that is gone.'),
    runWait: seconds(
      'agentic.run.wait.duration',
      'From the submit to the first claim.',
      runSeconds,
    ),
    runDuration: seconds('agentic.run.duration', 'From the first claim to the end.', runSeconds),
    modelDuration: seconds('gen_ai.client.operation.duration', 'Of a model call.', callSeconds),
    tokens: meter.createHistogram('gen_ai.client.token.usage', {
      unit: '{token}',
      description: 'Tokens of a model call.',
      advice: { explicitBucketBoundaries: tokenCounts },
    }),
    toolDuration: seconds('gen_ai.execute_tool.duration', 'Of a tool call.', callSeconds),
    agentDuration: seconds(
      'gen_ai.invoke_agent.duration',
      'Of an attempt or a nested run.',
      agentSeconds,
    ),
  }
}

/** Answers what stops it. */
function observe(meter: Meter, { basePath, attempts, streams, isQueueAway }: Observed): () => void {
  const upDown = (name: string, unit: string, description: string) =>
    meter.createObservableUpDownCounter(name, { unit, description })
  const running = upDown('agentic.attempts.running', '{attempt}', 'Attempts under way here.')
  const open = upDown('agentic.streams.open', '{stream}', 'Event streams open here.')
  const away = meter.createObservableGauge('agentic.queue.away', {
    unit: '1',
    description: '1 while wake-ups cannot be sent, else 0.',
  })
  const all: Observable[] = [running, open, away]
  const tell: BatchObservableCallback = (result) => {
    const attributes = { 'agentic.base_path': basePath }
    result.observe(running, attempts(), attributes)
    result.observe(open, streams(), attributes)
    result.observe(away, isQueueAway() ? 1 : 0, attributes)
  }
  meter.addBatchObservableCallback(tell, all)
  return () => meter.removeBatchObservableCallback(tell, all)
}

function doublings(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => Number((first * 2 ** index).toFixed(2)))
}
