import { appendFileSync } from 'node:fs'
import type { Executed } from './kill-worker.ts'

interface Stop {
  pid: number
  from: number
  to: number
}

/** What was done to the processes of a round, and what was found to be wrong on the way. */
export class Journal {
  readonly problems: string[] = []
  readonly counts = new Map<string, number>()
  readonly kills: { at: number; runs: Executed[] }[] = []
  /** Until then only what is measured went wrong. */
  calmUntil = 0
  readonly #stops: Stop[] = []
  readonly #file: string

  constructor(file: string) {
    this.#file = file
  }

  did(what: string, detail = ''): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1)
    this.note(`${what} ${detail}`)
  }

  note(text: string): void {
    appendFileSync(this.#file, `${new Date().toISOString()} ${text}\n`)
  }

  problem(text: string): void {
    this.problems.push(text)
    this.note(`PROBLEM ${text}`)
  }

  stopped(pid: number, ms: number): void {
    const from = Date.now()
    this.#stops.push({ pid, from, to: from + ms })
  }

  /** Whether a process stood still within the given time before a moment. */
  wasStopped(pid: number, at: number, withinMs: number): boolean {
    return this.#stops.some((stop) => stop.pid === pid && stop.from < at && stop.to > at - withinMs)
  }
}
