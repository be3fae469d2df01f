import { Redis } from 'ioredis'
import { redisUrl } from './services.ts'
import { redisPrefix } from './sides/side-spec.ts'

/** Calls `use` without keys of an earlier benchmark in Redis, and leaves none. */
export async function withCleanRedis<T>(use: () => Promise<T>): Promise<T> {
  await removeKeys()
  try {
    return await use()
  } finally {
    await removeKeys()
  }
}

/** Ours only: others may live in the same Redis. */
async function removeKeys(): Promise<void> {
  const redis = new Redis(redisUrl())
  try {
    for await (const keys of redis.scanStream({ match: `${redisPrefix}:*`, count: 1000 })) {
      const found = keys as string[]
      if (found.length > 0) await redis.unlink(...found)
    }
  } finally {
    redis.disconnect()
  }
}
