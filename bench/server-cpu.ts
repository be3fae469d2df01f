import { readdirSync, readFileSync } from 'node:fs'
import { Redis } from 'ioredis'
import { onServer } from './databases.ts'
import { redisUrl } from './services.ts'

export interface ServerCpu {
  postgresMs: number
  redisMs: number
}

/** `utime` and `stime` in /proc are counted in hundredths of a second on every Linux that Node runs on. */
const msPerTick = 10

/**
 * CPU time used so far by the servers: by all processes of Postgres, those that have ended included, and by Redis.
 * Sides are loaded in turn, so the difference over a load is what that load cost. NaN when a server runs elsewhere.
 */
export class ServerMeter {
  readonly #postmaster: number
  readonly #redis: Redis

  private constructor(postmaster: number, redis: Redis) {
    this.#postmaster = postmaster
    this.#redis = redis
  }

  static async open(): Promise<ServerMeter> {
    const backend = await onServer(async (client) => {
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
      return stat(rows[0]?.pid ?? 0)
    })
    const isHere = backend !== null && backend.name.startsWith('postgres')
    return new ServerMeter(isHere ? backend.parent : 0, new Redis(redisUrl()))
  }

  async read(): Promise<ServerCpu> {
    return { postgresMs: postgresMs(this.#postmaster), redisMs: await this.#redisMs() }
  }

  close(): void {
    this.#redis.disconnect()
  }

  async #redisMs(): Promise<number> {
    const info = await this.#redis.info('cpu')
    const seconds = (name: string) => Number(new RegExp(`^${name}:(.+)$`, 'm').exec(info)?.[1])
    return (seconds('used_cpu_user') + seconds('used_cpu_sys')) * 1000
  }
}

/** The postmaster has waited for the backends that ended, so their time is among its children's. */
function postgresMs(postmaster: number): number {
  const parent = stat(postmaster)
  if (parent === null) return Number.NaN
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => stat(Number(name)))
    .filter((process) => process?.parent === postmaster)
  const living = children.reduce((sum, child) => sum + (child?.ticks ?? 0), 0)
  return (parent.ticks + parent.childTicks + living) * msPerTick
}

interface Stat {
  name: string
  parent: number
  ticks: number
  childTicks: number
}

function stat(pid: number): Stat | null {
  let text: string
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    // It has ended since it was listed, or there is no /proc: nothing to count.
    return null
  }
  // The name stands in parentheses and may hold anything, a parenthesis too.
  const name = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'))
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const at = (field: number) => Number(fields[field - 3])
  return { name, parent: at(4), ticks: at(14) + at(15), childTicks: at(16) + at(17) }
}
