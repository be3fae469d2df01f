import { randomBytes } from 'node:crypto'
import { Client } from 'pg'

export interface OwnDatabase {
  url: string
  ask: (text: string) => Promise<Record<string, unknown>[]>
  /** Or keeps it, so that somebody can look at what went wrong. */
  remove(keep: boolean): Promise<void>
}

/** The time in a name tells which are old. */
const prefix = 'agentic_own_'
const dayMs = 86_400_000

/** A database of somebody's own on this server, for who is not to meet its other guests; those kept long ago go. */
export async function ownDatabase(server: string): Promise<OwnDatabase> {
  const admin = await connect(server)
  const old = await admin.query<{ datname: string }>(
    `select datname from pg_database where starts_with(datname, '${prefix}')`,
  )
  for (const { datname } of old.rows) {
    const age = Date.now() - Number(datname.slice(prefix.length).split('_')[0])
    if (age > dayMs) await admin.query(`drop database if exists ${datname}`)
  }
  const name = `${prefix}${Date.now()}_${randomBytes(4).toString('hex')}`
  await admin.query(`create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  const client = await connect(url.href)
  return {
    url: url.href,
    ask: async (text) => (await client.query<Record<string, unknown>>(text)).rows,
    async remove(keep) {
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
