import { once } from 'node:events'
import type * as Bullmq from 'bullmq'
import type { Redis, RedisOptions } from 'ioredis'
import { AgenticError } from '../../core/errors.ts'

/** Where Redis is: a URL, or options as ioredis takes them. */
export type RedisAddress = string | RedisOptions

export interface Packages {
  bullmq: typeof Bullmq
  Redis: typeof Redis
}

export async function loadPackages(): Promise<Packages> {
  try {
    const [bullmq, { Redis: redis }] = await Promise.all([import('bullmq'), import('ioredis')])
    return { bullmq, Redis: redis }
  } catch (error) {
    throw new AgenticError(
      'invalid_setting',
      'Setting `queue` is BullMQ, but the packages `bullmq` and `ioredis` are not both installed. Run `npm install bullmq ioredis`.',
      { cause: error },
    )
  }
}

/** A client that reconnects for as long as it is used, and notices a line that is dead without a word. */
export function connect(
  { Redis: RedisClient }: Packages,
  address: RedisAddress,
  own: RedisOptions,
): Redis {
  const options: RedisOptions = {
    connectTimeout: 5_000,
    // Longer than any command blocks.
    socketTimeout: 15_000,
    retryStrategy: soon,
    // For how long a line that was closed keeps the process: there is nothing more to be said on it.
    disconnectTimeout: 200,
    ...(typeof address === 'object' && address),
    ...own,
  }
  const client =
    typeof address === 'string' ? new RedisClient(address, options) : new RedisClient(options)
  return tame(client)
}

/** What fails is told to those who use the client, but not the command that failed: that of AUTH holds the password. */
function tame(client: Redis): Redis {
  return client.on('error', (error) => void Reflect.deleteProperty(error, 'command'))
}

export function soon(times: number): number {
  return Math.min(times * 100, 1_000)
}

/** Resolves when commands can be sent; rejects when they cannot. */
export async function ready(client: Redis, signal: AbortSignal): Promise<void> {
  if (client.status !== 'ready') await once(client, 'ready', { signal })
}

/** Resolves when a client is connected, or will never be. */
export async function settled(client: Redis): Promise<void> {
  if (client.status === 'ready' || client.status === 'end') return
  await new Promise<void>((resolve) => {
    const done = () => {
      client.off('ready', done)
      client.off('end', done)
      resolve()
    }
    client.once('ready', done)
    client.once('end', done)
  })
}

/** A client, and every copy that is made of it from now on. */
export function copiesOf(client: Redis): Redis[] {
  const copies = [client]
  const duplicate = client.duplicate.bind(client)
  client.duplicate = (options) => {
    const copy = tame(duplicate(options))
    copies.push(copy)
    return copy
  }
  return copies
}
