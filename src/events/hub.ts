import { AgenticError } from '../core/errors.ts'
import type { RunEvent } from '../core/event.ts'

type Listener = (events: RunEvent[]) => void

/**
 * Tells followers in this process that events were committed. It keeps nothing: a follower that misses some reads
 * them from the table. An empty list says "look at the table": another process wrote something.
 */
export class EventHub {
  readonly #byRun = new Map<string, Set<Listener>>()
  readonly #any = new Set<() => void>()
  #isClosed = false

  publish(events: RunEvent[]): void {
    const [first] = events
    if (first === undefined) return
    for (const listener of this.#byRun.get(first.runId) ?? []) listener(events)
    for (const listener of this.#any) listener()
  }

  /** Another process committed events of these runs, or nobody knows of which: who follows them has to look. */
  poke(runs: string[] | null = null): void {
    for (const runId of runs ?? this.#byRun.keys()) {
      for (const listener of this.#byRun.get(runId) ?? []) listener([])
    }
    if (runs?.length !== 0) this.pokeAny()
  }

  /** For those who wait for whatever is committed. */
  pokeAny(): void {
    for (const listener of this.#any) listener()
  }

  /** The runs that somebody follows. */
  get followed(): string[] {
    return [...this.#byRun.keys()]
  }

  subscribe(runId: string, listener: Listener): () => void {
    const listeners = this.#byRun.get(runId) ?? new Set()
    this.#byRun.set(runId, listeners)
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0) this.#byRun.delete(runId)
    }
  }

  /** Called whenever anything was committed. */
  subscribeAny(listener: () => void): () => void {
    this.#any.add(listener)
    return () => this.#any.delete(listener)
  }

  /** How many follow something. */
  get followers(): number {
    let count = this.#any.size
    for (const listeners of this.#byRun.values()) count += listeners.size
    return count
  }

  /** Ends every follower: nothing more will be told. */
  close(): void {
    this.#isClosed = true
    this.poke()
  }

  assertOpen(): void {
    if (this.#isClosed) throw new AgenticError('closed', 'This instance was closed.')
  }
}
