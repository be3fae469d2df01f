import { setTimeout as delay } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { bullmqQueue } from 'agentic-node/bullmq'
import { hasRedisProgram, RedisServer } from '../queue/support/redis-server.ts'
import { HeldAgent } from '../support/held-agent.ts'
import { instance } from '../support/instance.ts'
import { createLine, type Line } from '../support/proxy.ts'
import { barePlace } from './support/place.ts'

// Lines are waited for.
vi.setConfig({ testTimeout: 240_000 })

const disturbances: Record<string, (line: Line) => Promise<void> | void> = {
  'is cut': (line) => line.cut(),
  'falls silent': (line) => line.silence(),
  'is slow': (line) => line.delay(100),
  async 'stands still for a while'(line) {
    line.freeze()
    await delay(4000)
    line.thaw()
  },
  async 'leads nowhere for a while'(line) {
    line.refuse()
    line.cut()
    await delay(4000)
    await line.accept()
  },
}

/** A web process and two workers on one database, each with a line of its own to Redis. */
async function company() {
  const redis = await RedisServer.started()
  const held = new HeldAgent()
  const { database } = barePlace('sqlite')
  const lines: Line[] = []
  const member = async (concurrency: number) => {
    const line = await createLine(redis.url)
    lines.push(line)
    return instance({
      database,
      queue: bullmqQueue({ connection: line.url }),
      agents: { assistant: held.factory },
      concurrency,
      lease: { seconds: 3, sweepSeconds: 0.5 },
      logger: { info() {}, warn() {}, error() {} },
    })
  }
  const [web, ...workers] = [await member(0), await member(4), await member(4)]
  for (const worker of workers) await worker.start()
  const submit = async (input: string) =>
    (await web.runs.submit({ owner: 'ada', session: input, input })).id
  const end = async (id: string) => web.runs.wait({ owner: 'ada', id })
  return { held, lines, submit, end }
}

for (const [what, disturb] of Object.entries(disturbances)) {
  test.skipIf(!hasRedisProgram)(
    `when every line to Redis ${what}, runs go on, and new ones start`,
    async () => {
      const { held, lines, submit, end } = await company()
      const before = await submit('before')
      await held.reached('before')
      await Promise.all(lines.map(async (line) => disturb(line)))
      const after = await Promise.all(['one', 'two', 'three'].map(submit))
      for (const input of ['one', 'two', 'three']) {
        await held.reached(input)
        held.release(input)
      }
      held.release('before')
      for (const id of [before, ...after]) {
        expect(await end(id)).toMatchObject({ status: 'completed', attempt: 1 })
      }
      // Nobody was asked twice though a job may have been delivered twice; and what was idle works again.
      held.releaseAll()
      expect(await end(await submit('idle'))).toMatchObject({ status: 'completed', attempt: 1 })
      expect(held.asked.toSorted()).toEqual(['before', 'idle', 'one', 'three', 'two'])
    },
  )
}
