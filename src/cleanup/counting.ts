import type { CleanupCounts } from '../core/cleanup.ts'

/** Adds up rows by their kind. */
export class Counting {
  readonly #sum: CleanupCounts = {
    runs: 0,
    events: 0,
    steps: 0,
    approvals: 0,
    sessions: 0,
    items: 0,
  }

  get sum(): CleanupCounts {
    return { ...this.#sum }
  }

  add(some: Partial<CleanupCounts>): void {
    for (const key of Object.keys(this.#sum) as (keyof CleanupCounts)[]) {
      this.#sum[key] += some[key] ?? 0
    }
  }
}
