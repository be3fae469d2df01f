import type { CleanupHow, CleanupPolicy, CleanupReport } from './cleanup.ts'

/** What keeps a database tidy and its runs going. */
export interface HousekeepingApi {
  /**
   * Deletes what is old, in small transactions: what the setting `cleanup` says, but for what is named here. It may be
   * interrupted at any moment, and run in several processes at once.
   */
  cleanup(policy?: CleanupPolicy, how?: CleanupHow): Promise<CleanupReport>
}
