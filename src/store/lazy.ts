import type { Database, ExternalChange } from './database.ts'
import { checkDatabaseUrl, openDatabase, type OpenOptions } from './open.ts'

/** A database that is opened by its first use; a failed opening is tried again by the next. The URL is checked now. */
export function lazyDatabase(options: OpenOptions): Database {
  checkDatabaseUrl(options.url)
  let opening: Promise<Database> | undefined
  let opened: Database | undefined
  const watches = new Map<(change: ExternalChange) => void, (() => void) | undefined>()
  const watchOpened = (database: Database) => {
    for (const [listener, stop] of watches) {
      if (stop === undefined) watches.set(listener, database.onExternalChange(listener))
    }
  }
  const open = async () => {
    opening ??= openDatabase(options)
    try {
      opened ??= await opening
      watchOpened(opened)
      return opened
    } catch (error) {
      opening = undefined
      throw error
    }
  }
  return {
    read: (question) =>
      opened?.read(question) ?? open().then(async (database) => database.read(question)),
    write: async (unit, options) => (opened ?? (await open())).write(unit, options),
    migrate: async () => (opened ?? (await open())).migrate(),
    pendingMigrations: async () => (opened ?? (await open())).pendingMigrations(),
    plannedSql: async () => (opened ?? (await open())).plannedSql(),
    onExternalChange(listener) {
      watches.set(listener, opened?.onExternalChange(listener))
      return () => {
        watches.get(listener)?.()
        watches.delete(listener)
      }
    },
    hears: () => opened?.hears() ?? false,
    within: async (client, owner) => (opened ?? (await open())).within(client, owner),
    announceWithin: async (executor, runId) =>
      (opened ?? (await open())).announceWithin(executor, runId),
    announce: (change) => opened?.announce(change),
    counts: () => opened?.counts() ?? { statements: 0, transactions: 0 },
    async close() {
      await opening?.catch(() => {})
      await opened?.close()
    },
  }
}
