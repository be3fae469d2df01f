import type { ExternalChange } from '../database.ts'
import type { SqliteConnection } from './connection.ts'
import { isSqliteError } from './errors.ts'

/** How often another process's commits are looked for while somebody listens; costs about 5 µs a look. */
const pollMs = 50

/**
 * Notices commits of other processes, watched from the connection that makes ours, by SQLite's own counter
 * (sqlite.org/pragma.html#pragma_data_version).
 */
export class ChangeWatch {
  readonly #connection: SqliteConnection
  readonly #listeners = new Set<(change: ExternalChange) => void>()
  #timer: NodeJS.Timeout | undefined
  #version: number | null = null

  constructor(connection: SqliteConnection) {
    this.#connection = connection
  }

  add(listener: (change: ExternalChange) => void): () => void {
    this.#listeners.add(listener)
    if (this.#timer === undefined) {
      this.#version = this.#read()
      this.#timer = setInterval(() => this.#look(), pollMs).unref()
    }
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.stop()
    }
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #look(): void {
    const version = this.#read()
    if (version === this.#version) return
    this.#version = version
    for (const listener of this.#listeners) listener({ runs: null, work: true })
  }

  #read(): number | null {
    try {
      return this.#connection.dataVersion()
    } catch (error) {
      // The file is away: those who read or write are told, and coming back counts as a change.
      if (isSqliteError(error)) return null
      throw error
    }
  }
}
