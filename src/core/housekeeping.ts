import type { CleanupHow, CleanupPolicy, CleanupReport } from './cleanup.ts'
import type { RunStatus } from './run.ts'

/** A run that was taken from a worker that is gone. */
export interface RecoveredRun {
  id: string
  owner: string
  /** `pending`: it goes on. Otherwise how it ended. */
  status: RunStatus
}

/** Something that a person should look at. */
export interface Finding {
  severity: 'error' | 'warning' | 'info'
  /** What it is about, for programs. */
  check:
    | 'database'
    | 'migrations'
    | 'clock'
    | 'queue'
    | 'workers'
    | 'leases'
    | 'pending'
    | 'agents'
    | 'approvals'
    | 'limits'
    | 'cleanup'
  /** What was found, and what it means. */
  message: string
  /** What to do about it; empty where there is nothing to be done. */
  advice: string
}

export interface Diagnosis {
  /** False when one of the findings is an error. */
  isFine: boolean
  findings: Finding[]
}

/** What keeps a database tidy and its runs going. */
export interface HousekeepingApi {
  /**
   * Deletes what is old, in small transactions: what the setting `cleanup` says, but for what is named here. It may be
   * interrupted at any moment, and run in several processes at once.
   */
  cleanup(policy?: CleanupPolicy, how?: CleanupHow): Promise<CleanupReport>
  /**
   * What workers do by themselves unless `recovery` is `ignore`: takes runs whose lease is over from workers that are
   * gone, all of them or one. Throws `run_not_lost` for one that is none of them.
   */
  recover(query: {
    actor: string
    id?: string
    /** Default: the setting `recovery`, or `resume` where that is `ignore`. */
    mode?: 'resume' | 'fail'
  }): Promise<RecoveredRun[]>
  /** Looks whether all is well, and changes nothing. Never rejects: a database that is away is a finding. */
  doctor(): Promise<Diagnosis>
}
