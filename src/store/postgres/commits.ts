import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Executor, WriteOptions } from '../database.ts'
import { isLockTimeout } from './failure.ts'
import { transact, transactTogether, type Session } from './transaction.ts'

export interface Unit {
  run: (executor: Executor) => Promise<unknown>
  /** Whose lock it needs. */
  owner: string | null
  /** What no two transactions under way may touch: they might wait for each other in a circle. */
  keys: string[]
  /** How long it waits for the owner's lock; default is the connection's. */
  lockMs: number | undefined
  resolve: (value: unknown) => void
  reject: (error: unknown) => void
}

/** While a shared transaction is under way units gather for the next; one that takes longer is not waited for. */
const quickMs = 20
/** Shared transactions at once, so that reads find a connection. */
const mostAtOnce = 2
/** Units at once that are run by themselves: those that wait for locks must not take every connection. */
const mostAlone = 4
const mostUnits = 32
/** What another process does for an owner is over sooner, unless something holds it up. */
const briefMs = 250

/**
 * Group commit: units that wait at the same time share one transaction, and so its beginning, its end and one flush to
 * disk. What they do is sent without waiting for each other, and each is answered only after the commit.
 *
 * waiting → (none of its keys is in use, a transaction is free) in a batch → answered
 *                                                               ↘ (the batch failed, or its owner's lock is another
 *                                                                  process's) alone, in a transaction of its own → answered
 *
 * There are no savepoints: of a batch in which one unit fails nothing is kept, and each is run again by itself.
 */
export class Commits {
  readonly #session: Session
  /** How many units under way have it. */
  readonly #keysInUse = new Map<string, number>()
  readonly #underWay = new Set<Promise<void>>()
  #waiting: Unit[] = []
  /** Shared transactions under way, and those of them that still may be quick. */
  #batches = 0
  #quick = 0
  #isGathering = false
  #alone = 0
  readonly #lines: Unit[][] = []

  constructor(session: Session) {
    this.#session = session
  }

  submit<T>(run: (executor: Executor) => Promise<T>, options: WriteOptions): Promise<T> {
    const { owner = null, runId, isBrief = false } = options
    const lockMs = isBrief ? briefMs : undefined
    const keys = [
      ...(owner === null ? [] : [`owner ${owner}`]),
      ...(runId === undefined ? [] : [runId]),
    ]
    return new Promise<T>((resolve, reject) => {
      const settle = resolve as (value: unknown) => void
      this.#waiting.push({ run, owner, keys, lockMs, resolve: settle, reject })
      void this.#gather()
    })
  }

  /** Resolves when everything submitted so far is answered. */
  async idle(): Promise<void> {
    while (this.#waiting.length > 0 || this.#underWay.size > 0) {
      await Promise.all(this.#underWay)
      await nextTurn()
    }
  }

  /** What the same turn of the event loop submits goes together. */
  async #gather(): Promise<void> {
    if (this.#isGathering) return
    this.#isGathering = true
    await nextTurn()
    this.#isGathering = false
    while (this.#quick === 0 && this.#batches < mostAtOnce) {
      const batch = this.#takeBatch()
      if (batch.length === 0) return
      this.#track(this.#commit(batch))
    }
  }

  /** The oldest whose keys are free; within a batch they may share them. */
  #takeBatch(): Unit[] {
    const isFree = ({ keys }: Unit) => !keys.some((key) => this.#keysInUse.has(key))
    const batch = this.#waiting.filter(isFree).slice(0, mostUnits)
    const taken = new Set(batch)
    this.#waiting = this.#waiting.filter((unit) => !taken.has(unit))
    for (const key of batch.flatMap((unit) => unit.keys)) {
      this.#keysInUse.set(key, (this.#keysInUse.get(key) ?? 0) + 1)
    }
    return batch
  }

  async #commit(batch: Unit[]): Promise<void> {
    const alone = await this.#countWhile(async () => transactTogether(this.#session, batch))
    const rest = new Set(alone)
    this.#release(batch.filter((unit) => !rest.has(unit)))
    // Those of one owner, or of one run, one after another, as they came.
    const lines = Map.groupBy(alone, (unit) => unit.keys[0] ?? unit)
    this.#lines.push(...lines.values())
    this.#nextAlone()
  }

  #nextAlone(): void {
    while (this.#alone < mostAlone) {
      const line = this.#lines.shift()
      if (line === undefined) return
      this.#alone += 1
      this.#track(
        this.#commitAlone(line).finally(() => {
          this.#alone -= 1
          this.#nextAlone()
        }),
      )
    }
  }

  async #countWhile<T>(work: () => Promise<T>): Promise<T> {
    this.#batches += 1
    this.#quick += 1
    let isQuick = true
    const giveUp = () => {
      if (isQuick) this.#quick -= 1
      isQuick = false
      void this.#gather()
    }
    const timer = setTimeout(giveUp, quickMs)
    try {
      return await work()
    } finally {
      this.#batches -= 1
      clearTimeout(timer)
      giveUp()
    }
  }

  async #commitAlone(line: Unit[]): Promise<void> {
    let locked: unknown
    for (const unit of line) {
      // Those behind one that waited in vain would wait for the same.
      if (locked !== undefined) unit.reject(locked)
      else locked = await this.#commitOne(unit)
    }
    this.#release(line)
  }

  /** Answers the error when a lock was waited for in vain. */
  async #commitOne(unit: Unit): Promise<unknown> {
    const { lockMs } = unit
    try {
      unit.resolve(await transact(this.#session, unit.run, unit.owner, { lockMs }))
      return undefined
    } catch (error) {
      unit.reject(error)
      return isLockTimeout(error) ? error : undefined
    }
  }

  #release(units: Unit[]): void {
    for (const key of units.flatMap((unit) => unit.keys)) {
      const others = (this.#keysInUse.get(key) ?? 1) - 1
      if (others === 0) this.#keysInUse.delete(key)
      else this.#keysInUse.set(key, others)
    }
    if (this.#waiting.length > 0) void this.#gather()
  }

  #track(work: Promise<void>): void {
    this.#underWay.add(work)
    void work.finally(() => this.#underWay.delete(work))
  }
}
