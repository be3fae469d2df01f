import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import { logEffect } from './effects.ts'

/**
 * Where a process ends itself by SIGKILL: at a named point of the scenario, or before or after its N-th commit,
 * counted from the moment it is armed. With `stopBefore` and `stopAfter` it stops itself there by SIGSTOP: in
 * mid-transaction, or when the commit was answered and nothing has come of it yet.
 */
export type KillAt = { point: string } | { before: number } | { after: number }
export type HoldAt = KillAt | { stopBefore: number } | { stopAfter: number }

export class Killer {
  readonly #hold: HoldAt | null
  readonly #effects: string
  /** Connections that are in a transaction, its commit not yet answered. */
  readonly #inTransaction = new Set<object>()
  #isArmed = false
  #begun = 0
  commits = 0

  constructor(hold: HoldAt | null, effects: string) {
    this.#hold = hold
    this.#effects = effects
    this.#watchSqlite()
    this.#watchPostgres()
  }

  arm(): void {
    this.#isArmed = true
  }

  /** The process is here. */
  at(point: string): void {
    if (this.#hold !== null && 'point' in this.#hold && this.#hold.point === point) die()
  }

  /** Stops this process where nothing of it is in a transaction: the locks of one would hold up everybody else. */
  async stopBetweenTransactions(): Promise<void> {
    while (this.#inTransaction.size > 0) await delay(1)
    this.#stop()
  }

  /** Between commits there is nothing of ours to hold a process with, so the drivers themselves are wrapped. */
  #watchSqlite(): void {
    const original = DatabaseSync.prototype.prepare
    const before = () => this.#before()
    const after = (number: number) => this.#after(number)
    const open = this.#inTransaction
    DatabaseSync.prototype.prepare = function prepare(this: DatabaseSync, text: string) {
      const statement = original.call(this, text)
      if (!text.startsWith('begin') && !isEnd(text)) return statement
      const run = statement.run.bind(statement)
      statement.run = () => {
        const number = text === 'commit' ? before() : 0
        const result = run()
        if (text.startsWith('begin')) open.add(this)
        if (isEnd(text)) open.delete(this)
        after(number)
        return result
      }
      return statement
    }
  }

  #watchPostgres(): void {
    type Ask = (this: Client, ...question: unknown[]) => unknown
    const prototype = Client.prototype as unknown as { query: Ask }
    const original = prototype.query
    const before = () => this.#before()
    const after = (number: number) => this.#after(number)
    const open = this.#inTransaction
    prototype.query = function query(this: Client, ...question: unknown[]) {
      const [text] = question
      if (typeof text === 'string' && text.startsWith('begin')) open.add(this)
      if (!isEnd(text)) return original.apply(this, question)
      const number = text === 'commit' ? before() : 0
      const answered = original.apply(this, question) as Promise<unknown>
      return answered.then((answer) => {
        open.delete(this)
        after(number)
        return answer
      })
    }
  }

  /** Answers the number of the commit that begins. */
  #before(): number {
    if (!this.#isArmed) return 0
    const number = (this.#begun += 1)
    const hold = this.#hold
    if (hold !== null && 'before' in hold && hold.before === number) die()
    if (hold !== null && 'stopBefore' in hold && hold.stopBefore === number) this.#stop()
    return number
  }

  #after(number: number): void {
    if (number === 0) return
    this.commits += 1
    const hold = this.#hold
    if (hold !== null && 'after' in hold && hold.after === number) die()
    if (hold !== null && 'stopAfter' in hold && hold.stopAfter === number) this.#stop()
  }

  #stop(): void {
    logEffect(this.#effects, { kind: 'note', text: 'stopped' })
    process.kill(process.pid, 'SIGSTOP')
  }
}

function isEnd(text: unknown): boolean {
  return text === 'commit' || text === 'rollback'
}

function die(): void {
  process.kill(process.pid, 'SIGKILL')
}
