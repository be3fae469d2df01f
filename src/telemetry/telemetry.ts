import { context, ROOT_CONTEXT, trace, type Tracer } from '@opentelemetry/api'
import type { RunEvent } from '../core/event.ts'
import type { TerminalStatus } from '../core/run.ts'
import { AttemptTrace, type AttemptFacts } from './attempt-trace.ts'
import { Meters, type Observed } from './meters.ts'
import { statusAfter } from './status-after.ts'
import { toTraceparent } from './traceparent.ts'

export interface EndedRun {
  status: TerminalStatus
  errorCode: string | null
  agentKey: string
  /** Since the first claim; null when it was never claimed. */
  durationMs: number | null
}

/**
 * What an instance tells OpenTelemetry, through its API alone: with no SDK registered by the app every call is a
 * no-op. Whoever makes spans or numbers is handed this object.
 */
export class Telemetry {
  readonly #tracer: Tracer = trace.getTracer('agentic-node')
  readonly #meters: Meters
  readonly #payloads: boolean

  constructor(payloads: boolean, observed: Observed) {
    this.#payloads = payloads
    this.#meters = new Meters(observed)
  }

  /** From now on who collects numbers is told those that nothing else would begin with. */
  start(): void {
    this.#meters.get()
  }

  close(): void {
    this.#meters.close()
  }

  /** The span that is active where this is called, for the attempts of a run to be linked to. */
  activeTrace(): string | null {
    return toTraceparent(trace.getActiveSpan())
  }

  /**
   * To be called before a run is claimed, so that its span can be stored with the claim. One that is not ended, because
   * nothing was claimed, is never exported.
   */
  beginAttempt(facts: AttemptFacts): AttemptTrace {
    const tools = { tracer: this.#tracer, meters: this.#meters, payloads: this.#payloads }
    return new AttemptTrace(facts, tools)
  }

  /** Runs what belongs to no trace: timers and queues live longer than the request that happened to start them. */
  apart<T>(run: () => T): T {
    return context.with(ROOT_CONTEXT, run)
  }

  /** What this process has committed. */
  committed(events: RunEvent[]): void {
    for (const { type } of events) {
      const status = statusAfter(type)
      if (status !== null) this.#meters.get().transitions.add(1, { 'agentic.run.status': status })
    }
  }

  claimed({ agentKey, waitedMs }: { agentKey: string; waitedMs: number }): void {
    this.#meters.get().runWait.record(waitedMs / 1000, { 'agentic.agent.key': agentKey })
  }

  ended({ status, errorCode, agentKey, durationMs }: EndedRun): void {
    if (durationMs === null) return
    this.#meters.get().runDuration.record(durationMs / 1000, {
      'agentic.agent.key': agentKey,
      'agentic.run.status': status,
      ...(errorCode !== null && { 'error.type': errorCode }),
    })
  }

  leaseLost(agentKey: string): void {
    this.#meters.get().leasesLost.add(1, { 'agentic.agent.key': agentKey })
  }

  /** With what became of it: it goes on as pending, or has ended. */
  recovered(agentKey: string, status: 'pending' | TerminalStatus): void {
    const attributes = { 'agentic.agent.key': agentKey, 'agentic.run.status': status }
    this.#meters.get().recoveries.add(1, attributes)
  }
}
