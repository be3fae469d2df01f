import type { Executor } from '../database.ts'
import type { SqliteConnection } from './connection.ts'
import { whileBusy } from './connect.ts'
import { runUnit } from '../run-unit.ts'
import { toDatabaseError } from './errors.ts'

interface Unit {
  run: (executor: Executor) => Promise<unknown>
  settle: () => void
  resolve: (value: unknown) => void
  reject: (error: unknown) => void
}

/**
 * Group commit: units that are waiting share one transaction and so one flush to disk. Each is atomic by itself,
 * through a savepoint, and is answered only after the commit.
 *
 * States: idle → (first unit) collecting until the event loop has handed over what is ready → one batch → idle or
 * the next batch. A failed commit leaves nothing of its batch; its units are run again one by one so that one bad
 * unit does not fail its neighbours.
 */
export class WriteQueue {
  readonly #executor: Executor
  readonly #connection: SqliteConnection
  readonly #file: string
  #waiting: Unit[] = []
  #draining: Promise<void> | undefined
  /** Batches of one in a row. */
  #aloneFor = 0
  transactions = 0

  constructor(executor: Executor, connection: SqliteConnection, file: string) {
    this.#executor = executor
    this.#connection = connection
    this.#file = file
  }

  submit<T>(run: (executor: Executor) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({
        run,
        settle: () => {},
        resolve: resolve as (value: unknown) => void,
        reject,
      })
      this.#draining ??= this.#drain()
    })
  }

  /** Resolves when everything submitted so far is answered. */
  async idle(): Promise<void> {
    await this.#draining
  }

  async #drain(): Promise<void> {
    // A turn of the event loop lets others join. Alone it would only be a delay, so after a row of batches of one
    // it is taken just now and then, to notice company.
    const isAlone = this.#aloneFor >= 32 && this.#aloneFor % 16 !== 0
    await (isAlone ? Promise.resolve() : new Promise((resolve) => setImmediate(resolve)))
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, 64)
      this.#aloneFor = batch.length === 1 ? this.#aloneFor + 1 : 0
      await this.#commit(batch)
    }
    this.#draining = undefined
  }

  async #commit(batch: Unit[]): Promise<void> {
    try {
      await whileBusy(async () => this.#connection.execute('begin immediate'))
    } catch (error) {
      // Nobody's fault among them, and none would fare better alone.
      for (const unit of batch) unit.reject(toDatabaseError(error, this.#file))
      return
    }
    try {
      for (const unit of batch) await this.#runUnit(unit, batch.length > 1)
      this.#connection.execute('commit')
      this.transactions += 1
      for (const unit of batch) unit.settle()
    } catch (error) {
      this.#rollback()
      if (batch.length === 1) batch[0]?.reject(toDatabaseError(error, this.#file))
      else for (const unit of batch) await this.#commit([unit])
    }
  }

  async #runUnit(unit: Unit, shared: boolean): Promise<void> {
    if (!shared) {
      const value = await runUnit(this.#executor, unit.run)
      unit.settle = () => unit.resolve(value)
      return
    }
    this.#connection.execute('savepoint unit')
    try {
      const value = await runUnit(this.#executor, unit.run)
      unit.settle = () => unit.resolve(value)
      this.#connection.execute('release unit')
    } catch (error) {
      // A full disk ends the whole transaction by itself: then the batch fails and is run again unit by unit.
      if (!this.#connection.isTransaction) throw error
      this.#connection.execute('rollback to unit')
      this.#connection.execute('release unit')
      unit.settle = () => unit.reject(toDatabaseError(error, this.#file))
    }
  }

  #rollback(): void {
    if (this.#connection.isTransaction) this.#connection.execute('rollback')
  }
}
