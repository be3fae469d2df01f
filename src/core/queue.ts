/**
 * What wakes workers. The rows are the truth: a wake-up that is lost, doubled or late must be harmless, and so it asks
 * little of an engine: that a wake-up leads to a call, that calls are bounded, and that what a lost worker was called
 * for is delivered again.
 */
export interface Queue {
  /** True when `wake` itself executes the run, so that submit can return its end. */
  readonly inline?: boolean
  /**
   * True when only this process hears its wake-ups: its worker then looks for work whenever another process has
   * changed the database. Of other queues it is expected that they reach the workers of every process.
   */
  readonly local?: boolean
  /**
   * Says that a run may be claimable; an empty id, that some run may. Rejects soon when the broker is away: nobody
   * waits for it, and the sweeper finds the run.
   */
  wake(runId: string): Promise<void>
  /**
   * As `wake`, within a transaction of the app's own Postgres database, given as a function that executes a
   * statement in it: the wake-up is sent by the commit.
   */
  wakeWithin?(execute: ExecuteWithin, runId: string): Promise<void>
  /**
   * Starts calling `work`. Does not wait for a broker that is away. Called once, and never in a process that
   * executes nothing.
   */
  listen(work: Work, options: ListenOptions): Promise<void>
  /**
   * Takes a free place for work that is about to be claimed in another transaction; null when none is free. The
   * place is given back when what it is called with has settled, at once for null. A queue without it is only woken.
   */
  admit?(): ((work: (() => Promise<void>) | null) => void) | null
  /** Asks the broker for a sign of life; rejects with a sentence when there is none. For `agentic doctor`. */
  check?(): Promise<void>
  /** News between processes, where the database has no way to tell them. */
  readonly pokes?: Pokes
  /** Stops calling `work` at once; calls under way go on, and wake-ups are still sent. Without it `close` does both. */
  stop?(): Promise<void>
  /** Ends it, after calls under way have: nothing is left that keeps a process alive. May be called twice. */
  close(): Promise<void>
}

/** Claims the fairest run, which need not be the one that was woken, and executes it to its end. Never rejects. */
export type Work = (delivery: Delivery) => Promise<Answer>

export interface Delivery {
  /** The run that was woken; empty when that is not known: then whatever waits is meant. */
  runId: string
  /**
   * How often this wake-up was delivered, this time included. It is delivered again when the worker that was called
   * for it is lost, and when that is asked for.
   */
  times: number
}

export interface Answer {
  /** Deliver it once more after so many milliseconds; null: it is done with. */
  againMs: number | null
}

export interface ListenOptions {
  /** There are never more calls at once than this. */
  concurrency: number
  /**
   * A worker renews its leases every third of this. What a lost one was called for is best delivered again when this
   * and a third of it have passed, for then its leases are over.
   */
  leaseMs: number
  /** Told of what goes wrong in the background; may be called often. */
  trouble: (error: unknown) => void
}

export type ExecuteWithin = (sql: string, parameters: unknown[]) => Promise<void>

/** Says that runs have new events. What is lost is found by the next look at the table. */
export interface Pokes {
  /** Returns at once; several within some milliseconds are sent as one. */
  send(runIds: string[]): void
  /** Returns a function that ends it. */
  listen(listener: (runIds: string[]) => void): () => void
}
