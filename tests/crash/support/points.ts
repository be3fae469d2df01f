import { DatabaseSync } from 'node:sqlite'

/**
 * Where a process ends itself by SIGKILL: at a named point of the scenario, or before or after its N-th commit,
 * counted from the moment it is armed.
 */
export type KillAt = { point: string } | { before: number } | { after: number }

export class Killer {
  readonly #kill: KillAt | null
  #isArmed = false
  commits = 0

  constructor(kill: KillAt | null) {
    this.#kill = kill
    this.#countCommits()
  }

  arm(): void {
    this.#isArmed = true
  }

  /** The process is here. */
  at(point: string): void {
    if (this.#kill !== null && 'point' in this.#kill && this.#kill.point === point) die()
  }

  /** Between commits there is nothing of ours to hold a process with, so the driver itself is wrapped. */
  #countCommits(): void {
    const original = DatabaseSync.prototype.exec
    const atCommit = (run: () => void) => this.#atCommit(run)
    DatabaseSync.prototype.exec = function exec(this: DatabaseSync, text: string) {
      if (text === 'commit') atCommit(() => original.call(this, text))
      else original.call(this, text)
    }
  }

  #atCommit(commit: () => void): void {
    if (!this.#isArmed) return commit()
    const number = this.commits + 1
    const kill = this.#kill
    if (kill !== null && 'before' in kill && kill.before === number) die()
    commit()
    this.commits = number
    if (kill !== null && 'after' in kill && kill.after === number) die()
  }
}

function die(): void {
  process.kill(process.pid, 'SIGKILL')
}
