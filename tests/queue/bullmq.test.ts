import { randomUUID } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { AgenticOptions } from 'agentic-node'
import { bullmqQueue } from 'agentic-node/bullmq'
import { HeldAgent } from '../support/held-agent.ts'
import { createLine } from '../support/proxy.ts'
import { until } from '../support/sql.ts'
import { Desk } from './support/desk.ts'
import { hasRedisProgram, RedisServer } from './support/redis-server.ts'

const deskAt = (url: string, options?: Partial<AgenticOptions>) =>
  new Desk(() => bullmqQueue({ connection: url }), options)

describe.skipIf(!hasRedisProgram)('with BullMQ', () => {
  test('a submit is accepted while Redis is away, and its run starts when it is back', async () => {
    const redis = await RedisServer.planned()
    const desk = deskAt(redis.url)
    await desk.worker.start()
    const ids = [await desk.submit(), await desk.submit(), await desk.submit()]
    await redis.start()
    for (const id of ids) expect(await desk.end(id)).toMatchObject({ status: 'completed' })
  })

  test('a submit does not wait for a Redis that does not answer', async () => {
    const redis = await RedisServer.started()
    const line = await createLine(redis.url)
    line.freeze()
    const desk = deskAt(line.url)
    const ids = await Promise.all(Array.from({ length: 50 }, async () => desk.submit()))
    expect(new Set(ids).size).toBe(50)
    await until(() => line.connections > 0)
    expect(await redis.ask(async (client) => client.keys('*'))).toEqual([])
    line.close()
  })

  test('a password that Redis refuses is in no log', async () => {
    const redis = await RedisServer.started()
    await redis.ask(async (client) => client.config('SET', 'requirepass', 'right'))
    const logged: unknown[] = []
    const warn = (fields: unknown) => logged.push(fields)
    const desk = deskAt(redis.url.replace('//', '//:wrong-secret@'), {
      logger: { info() {}, warn, error() {} },
    })
    await desk.worker.start()
    await desk.submit()
    await until(() => logged.length > 1)
    expect(inspect(logged, { depth: 20, showHidden: true })).toMatch(/NOAUTH|WRONGPASS/)
    expect(inspect(logged, { depth: 20, showHidden: true })).not.toContain('wrong-secret')
  })

  test('runs that nobody could be woken for are found by the sweeper', async () => {
    const redis = await RedisServer.planned()
    const desk = deskAt(redis.url, { lease: { sweepSeconds: 0.1 } })
    await desk.worker.start()
    for (const id of [await desk.submit(), await desk.submit()]) {
      expect(await desk.end(id)).toMatchObject({ status: 'completed' })
    }
  })

  test('a line that falls silent holds up neither runs nor the end of a process', async () => {
    const redis = await RedisServer.started()
    const line = await createLine(redis.url)
    const desk = deskAt(line.url, { lease: { sweepSeconds: 0.2 } })
    await desk.worker.start()
    expect(await desk.end(await desk.submit())).toMatchObject({ status: 'completed' })
    line.freeze()
    expect(await desk.end(await desk.submit())).toMatchObject({ status: 'completed' })
    await Promise.all([desk.web.close(), desk.worker.close()])
  })

  test('workers hear wake-ups again after Redis was restarted', async () => {
    const redis = await RedisServer.started()
    const desk = deskAt(redis.url)
    await desk.worker.start()
    expect(await desk.end(await desk.submit())).toMatchObject({ status: 'completed' })
    await redis.restart()
    expect(await desk.end(await desk.submit())).toMatchObject({ status: 'completed' })
  })

  test('a run under way does not notice that Redis was restarted or flushed', async () => {
    const redis = await RedisServer.started()
    const held = new HeldAgent()
    const desk = deskAt(redis.url, { agents: { assistant: held.factory } })
    await desk.worker.start()
    for (const disturb of [
      async () => redis.restart(),
      async () => redis.ask(async (client) => client.flushall()),
    ]) {
      const input = randomUUID()
      const id = await desk.submit(input)
      await held.reached(input)
      await disturb()
      held.release(input)
      expect(await desk.end(id)).toMatchObject({ status: 'completed', attempt: 1 })
    }
    held.releaseAll()
    expect(await desk.end(await desk.submit())).toMatchObject({ status: 'completed' })
  })

  test('nothing is lost when Redis is flushed again and again', async () => {
    const redis = await RedisServer.started()
    const desk = deskAt(redis.url, { lease: { sweepSeconds: 0.2 } })
    await desk.worker.start()
    const ids = []
    for (let n = 0; n < 50; n += 1) {
      ids.push(await desk.submit())
      if (n % 10 === 5) await redis.ask(async (client) => client.flushall())
    }
    for (const id of ids) {
      expect(await desk.end(id)).toMatchObject({ status: 'completed', attempt: 1 })
    }
  })

  test('Redis keeps nothing of wake-ups that are over', async () => {
    const redis = await RedisServer.started()
    const desk = deskAt(redis.url)
    await desk.worker.start()
    const ids = await Promise.all(Array.from({ length: 20 }, async () => desk.submit()))
    await Promise.all(ids.map(async (id) => desk.end(id)))
    const perRun = async () =>
      redis.ask(async (client) => (await client.keys('*')).filter((key) => /:(de:|\d+)/.test(key)))
    await expect.poll(perRun).toEqual([])
  })

  test('an outage is warned of once, and not for each run', async () => {
    const redis = await RedisServer.planned()
    const warned: string[] = []
    const warn = (_fields: unknown, message: string) => void warned.push(message)
    const logger = { info() {}, warn, error() {} }
    const desk = deskAt(redis.url, { logger })
    for (let n = 0; n < 5; n += 1) await desk.submit()
    await until(() => warned.length)
    for (let n = 0; n < 20; n += 1) await desk.submit()
    expect(warned).toEqual([
      'wake-ups cannot be sent; until they can, runs are found by the sweeper',
    ])
  })

  test('who submits and who executes can be closed while Redis is away', async () => {
    const redis = await RedisServer.started()
    const desk = deskAt(redis.url)
    await desk.worker.start()
    expect(await desk.end(await desk.submit())).toMatchObject({ status: 'completed' })
    await redis.stop()
    await desk.submit()
    await Promise.all([desk.web.close(), desk.worker.close()])
  })

  test('who was never connected can be closed', async () => {
    const redis = await RedisServer.planned()
    const desk = deskAt(redis.url)
    await desk.worker.start()
    await desk.submit()
    await Promise.all([desk.web.close(), desk.worker.close()])
  })

  test('news of runs reach other processes, and not their own', async () => {
    const redis = await RedisServer.started()
    const [here, there] = [
      bullmqQueue({ connection: redis.url }),
      bullmqQueue({ connection: redis.url }),
    ]
    const heard = { here: [] as string[], there: [] as string[] }
    here.pokes?.listen((runs) => heard.here.push(...runs))
    const stop = there.pokes?.listen((runs) => heard.there.push(...runs))
    // What is sent before the other listens is lost, so it is sent until it is heard.
    await expect
      .poll(() => {
        here.pokes?.send(['a', 'b', 'a'])
        return heard.there
      })
      .toEqual(expect.arrayContaining(['a', 'b']))
    await redis.restart()
    await expect
      .poll(() => {
        here.pokes?.send(['after'])
        return heard.there
      })
      .toContain('after')
    expect(heard.here).toEqual([])
    stop?.()
    await Promise.all([here.close(), there.close()])
  })
})

test.each([
  [{ connection: 'localhost' }, 'connection'],
  [{ connection: 'redis://localhost', name: 'a:b' }, 'name'],
  [{ connection: 'redis://localhost', prefix: '' }, 'prefix'],
])('wrong settings are refused at once: %j', (options, name) => {
  expect(() => bullmqQueue(options)).toThrow(`\`${name}\` of bullmqQueue`)
})
