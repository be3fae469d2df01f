import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { OwnRedis } from '../../support/own-redis.ts'
import type { QueueName } from './plan.ts'

/** What a round needs around it, all of its own. */
export interface Surroundings {
  folder: string
  /** Of the library. */
  database: string
  /** Null on SQLite. */
  server: { url: string; ask: (text: string) => Promise<Record<string, unknown>[]> } | null
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

async function ownDatabase(server: string) {
  const name = `agentic_chaos_${Date.now()}`
  const url = new URL(server)
  const admin = await connect(url.href)
  await admin.query(`create database ${name}`)
  url.pathname = `/${name}`
  const client = await connect(url.href)
  return {
    url: url.href,
    ask: async (text: string) => (await client.query<Record<string, unknown>>(text)).rows,
    async remove(keep: boolean) {
      await client.end()
      if (!keep) await admin.query(`drop database if exists ${name} with (force)`)
      await admin.end()
    },
  }
}

async function connect(connectionString: string): Promise<Client> {
  const client = new Client({ connectionString })
  client.on('error', () => {}) // what is asked rejects as well
  await client.connect()
  return client
}
