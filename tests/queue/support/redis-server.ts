import { spawnSync } from 'node:child_process'
import { onTestFinished } from 'vitest'
import { freePort } from '../../support/free-port.ts'
import { OwnRedis } from '../../support/own-redis.ts'

/** Whether there is a program to start servers with. */
export const hasRedisProgram = spawnSync('redis-server', ['--version']).status === 0

/** A Redis of the test's own, gone after it. */
export class RedisServer extends OwnRedis {
  /** One that is not there yet. */
  static async planned(): Promise<RedisServer> {
    const server = new RedisServer(await freePort())
    onTestFinished(async () => server.stop())
    return server
  }

  static async started(): Promise<RedisServer> {
    const server = await RedisServer.planned()
    await server.start()
    return server
  }
}
