import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ownDatabase, type OwnDatabase } from '../../support/own-database.ts'
import { OwnRedis } from '../../support/own-redis.ts'
import type { QueueName } from './plan.ts'

/** What a round needs around it, all of its own. */
export interface Surroundings {
  folder: string
  /** Of the library. */
  database: string
  /** Null on SQLite. */
  server: OwnDatabase | null
  redis: OwnRedis | null
  /** Removes it all, or keeps what is needed to look at what went wrong. */
  remove(keep: boolean): Promise<void>
}

export interface SurroundingsOptions {
  folder: string
  queue: QueueName
  /** Of a PostgreSQL server on which a database may be made; empty for SQLite. */
  postgresUrl: string
}

export async function makeSurroundings(options: SurroundingsOptions): Promise<Surroundings> {
  const { folder, queue, postgresUrl } = options
  mkdirSync(folder, { recursive: true })
  const redis = queue === 'bullmq' ? await OwnRedis.launched() : null
  const own = postgresUrl === '' ? null : await ownDatabase(postgresUrl)
  return {
    folder,
    database: own === null ? `file:${join(folder, 'chaos.db')}` : libraryUrl(own.url),
    server: own,
    redis,
    async remove(keep) {
      await redis?.stop()
      await own?.remove(keep)
      if (!keep) rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Several processes on a server that has other guests. */
function libraryUrl(server: string): string {
  const url = new URL(server)
  url.searchParams.set('schema', 'agentic')
  url.searchParams.set('connection_limit', '5')
  return url.href
}
