import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import type { Agentic } from 'agentic-node'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { until } from '../support/sql.ts'
import { dropSpace, engineQueue, type Engine } from './support/engines.ts'
import { enginesHere } from './support/engines-here.ts'
import { WorkerProcess } from './support/workers.ts'

const owner = 'ada'
/** Longer than any test: what happens is the engine's doing. */
const noSweeps = 86_000
/** Short where a worker is killed; elsewhere one that stands still for a moment must not be taken for lost. */
const leases = { short: 1.5, long: 15 }

describe.each(enginesHere())('with the queue of $engine, and nobody who sweeps,', (engine) => {
  describe.skipIf(engine.url === '')('on a server', () => {
    afterAll(async () => dropSpace(engine))

    test('a run that is submitted in one process is executed in another', async () => {
      const { web, start } = desk(engine)
      const worker = await start()
      expect(await finished(web, await submit(web, 'first'))).toMatchObject({ status: 'completed' })
      expect(await finished(web, await submit(web, 'second'))).toMatchObject({ attempt: 1 })
      await until(() => worker.asked.length >= 2)
      expect(worker.asked).toEqual(['first', 'second'])
    })

    test('a run that is submitted before there is a worker is executed when there is', async () => {
      const { web, start } = desk(engine)
      const id = await submit(web, 'early')
      await start()
      expect(await finished(web, id)).toMatchObject({ status: 'completed' })
    })

    test('of a hundred runs two processes execute each once', async () => {
      const { web, start } = desk(engine)
      const workers = await Promise.all([start(), start()])
      const texts = Array.from({ length: 100 }, (_, n) => `run ${n}`)
      const ids = await Promise.all(texts.map(async (text) => submit(web, text)))
      const runs = await Promise.all(ids.map(async (id) => finished(web, id)))
      expect(new Set(runs.map(({ status }) => status))).toEqual(new Set(['completed']))
      const asked = () => workers.flatMap((worker) => worker.asked)
      await until(() => asked().length >= 100)
      expect(asked().sort()).toEqual(texts.sort())
    })

    test('what one process has no place for goes to the other', async () => {
      const { web, start } = desk(engine)
      const workers = await Promise.all([start(), start()])
      const texts = Array.from({ length: 8 }, (_, n) => `hold ${n}`)
      await Promise.all(texts.map(async (text) => submit(web, text)))
      await until(() => workers.every((worker) => worker.asked.length === 4))
      expect(workers.flatMap((worker) => worker.asked).sort()).toEqual(texts)
    })

    test('the runs of a killed worker are executed by another', async () => {
      const { web, start } = desk(engine, leases.short)
      const lost = await start()
      const ids = await Promise.all(['hold 1', 'hold 2'].map(async (text) => submit(web, text)))
      await Promise.all([lost.reached('hold 1'), lost.reached('hold 2')])
      const other = await start()
      await lost.kill()
      await Promise.all([other.reached('hold 1'), other.reached('hold 2')])
      for (const id of ids) {
        await web.runs.cancel({ owner, id })
        expect(await finished(web, id)).toMatchObject({ status: 'cancelled', attempt: 2 })
      }
    })

    test('the runs of a worker that drains go on in another', async () => {
      const { web, start } = desk(engine)
      const draining = await start()
      const id = await submit(web, 'hold me')
      await draining.reached('hold me')
      const other = await start()
      await draining.end()
      await other.reached('hold me')
      await web.runs.cancel({ owner, id })
      expect(await finished(web, id)).toMatchObject({ status: 'cancelled', attempt: 2 })
    })

    test('runs of one session follow one another, whoever executes them', async () => {
      const { web, start } = desk(engine)
      await Promise.all([start(), start()])
      const ids = []
      for (let n = 0; n < 10; n += 1) ids.push(await submit(web, `turn ${n}`, 'one-session'))
      for (const id of ids)
        expect(await finished(web, id)).toMatchObject({ status: 'completed', attempt: 1 })
    })
  })
})

/** A process that only submits, here, and workers elsewhere. */
function desk(
  engine: Engine,
  leaseSeconds = leases.long,
): { web: Agentic; start: () => Promise<WorkerProcess> } {
  const database = temporaryDatabase()
  const name = `queue-${randomUUID()}`
  const lease = { seconds: leaseSeconds, sweepSeconds: noSweeps }
  const web = instance({ database, queue: engineQueue(engine, name), concurrency: 0, lease })
  const plan = { engine, name, database, concurrency: 4, leaseSeconds, drainSeconds: 0.2 }
  return { web, start: async () => WorkerProcess.start({ ...plan, sweepSeconds: noSweeps }) }
}

async function submit(
  web: Agentic,
  input: string,
  session: string = randomUUID(),
): Promise<string> {
  return (await web.runs.submit({ owner, session, input })).id
}

async function finished(web: Agentic, id: string) {
  return web.runs.wait({ owner, id })
}
