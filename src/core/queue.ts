/**
 * What wakes workers. The rows are the truth: a wake-up that is lost, doubled or late must be harmless.
 */
export interface Queue {
  /** True when `wake` itself executes the run, so that submit can return its end. */
  readonly inline?: boolean
  /** Says that a run may be claimable. Rejects only when the broker refuses; the sweeper finds the run all the same. */
  wake(runId: string): Promise<void>
  /**
   * Starts calling `work`, at most `concurrency` times at once. `work` claims the fairest run, executes it to its
   * end and answers whether more may wait. It never rejects.
   */
  listen(work: () => Promise<boolean>, concurrency: number): Promise<void>
  /**
   * Takes a free place for work that is about to be claimed in another transaction; null when none is free. The
   * place is given back when what it is called with has settled, at once for null. A queue without it is only woken.
   */
  admit?(): ((work: (() => Promise<void>) | null) => void) | null
  /** Stops calling `work`; resolves at once, calls under way go on. */
  close(): Promise<void>
}
