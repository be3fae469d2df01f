import type { CleanupOptions } from '../core/cleanup.ts'
import type { Logger } from '../core/logger.ts'
import { endChore, holdChore, isChoreDue, leaveChore, takeChore } from '../store/chores.ts'
import type { Database } from '../store/database.ts'
import { cleanupApi } from './api.ts'

const name = 'cleanup'
const holdMs = 60_000
const longestLookMs = 60_000

/**
 * Cleanup by workers: each looks now and then whether it is due, and one of them does it. Who ends or is killed before
 * it is done leaves the rest to the others.
 */
export class CleanupSchedule {
  readonly #database: Database
  readonly #setting: CleanupOptions
  readonly #logger: Logger
  readonly #actor: string
  readonly #everyMs: number
  readonly #stop = new AbortController()
  readonly #timer: NodeJS.Timeout
  #underWay: Promise<void> | undefined

  constructor(options: {
    database: Database
    setting: CleanupOptions & { everyHours: number }
    logger: Logger
    actor: string
  }) {
    this.#database = options.database
    this.#setting = options.setting
    this.#logger = options.logger
    this.#actor = options.actor
    this.#everyMs = Math.ceil(options.setting.everyHours * 3_600_000)
    const lookMs = Math.min(longestLookMs, Math.max(this.#everyMs / 4, 50))
    this.#timer = setInterval(() => this.look(), lookMs).unref()
    this.look()
  }

  look(): void {
    if (this.#underWay !== undefined) return
    this.#underWay = this.#doIfDue()
      .catch((error: unknown) => {
        if (this.#stop.signal.aborted) return
        this.#logger.warn({ error }, 'a scheduled cleanup failed; it is tried again')
      })
      .finally(() => (this.#underWay = undefined))
  }

  /** After the transaction under way. */
  async end(): Promise<void> {
    clearInterval(this.#timer)
    this.#stop.abort()
    await this.#underWay
  }

  async #doIfDue(): Promise<void> {
    const chore = { name, everyMs: this.#everyMs }
    if (!(await this.#database.read(async (executor) => isChoreDue(executor, chore)))) return
    const isMine = await this.#database.write(async (executor) =>
      takeChore(executor, { ...chore, holdMs }),
    )
    if (isMine) await this.#do()
  }

  async #do(): Promise<void> {
    const { signal } = this.#stop
    const holding = setInterval(() => {
      void this.#database
        .write(async (executor) => holdChore(executor, { name, holdMs }))
        .catch(() => {
          // The batches fail as well, and say so.
        })
    }, holdMs / 4).unref()
    let isDone = false
    try {
      const clean = cleanupApi(this.#database, this.#setting, async () => {})
      const { deleted, isComplete } = await clean({}, { signal, actor: this.#actor })
      isDone = isComplete
      this.#logger.info({ deleted, isComplete }, 'a scheduled cleanup')
    } finally {
      clearInterval(holding)
      const settle = isDone ? endChore : leaveChore
      await this.#database.write(async (executor) => settle(executor, { name }))
    }
  }
}
