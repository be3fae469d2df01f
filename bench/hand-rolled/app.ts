import { Queue } from 'bullmq'
import { streamSSE } from 'hono/streaming'
import { Redis } from 'ioredis'
import pg from 'pg'
import { defaultConcurrency, redisPrefix, type Mount } from '../sides/side-spec.ts'
import { FinishedRuns } from './finished.ts'
import { Runs, type NewRun } from './runs.ts'
import { createSchema } from './schema.ts'
import { startWorker, type Finished } from './worker.ts'

const queueName = 'hand-rolled-runs'

/**
 * What a good developer writes by hand today: a row, a job, a worker, and a stream that ends when the run does.
 * Quick and honest, and nothing of it survives a crash at the wrong moment.
 */
export const mountHandRolled: Mount = async (app, spec) => {
  const pool = new pg.Pool({ connectionString: spec.database, max: 10 })
  await createSchema(pool)
  const runs = new Runs(pool)
  const connection = new Redis(spec.redis ?? '', { maxRetriesPerRequest: null })
  const jobs = { connection, prefix: redisPrefix }
  const queue = new Queue<NewRun, Finished, 'run'>(queueName, {
    ...jobs,
    defaultJobOptions: { removeOnComplete: true, removeOnFail: 1000 },
  })
  const finished = new FinishedRuns(queueName, jobs)
  await finished.ready()
  const concurrency = spec.concurrency ?? defaultConcurrency
  const worker = startWorker(runs, queueName, { ...jobs, concurrency })
  await worker.waitUntilReady()

  app.post('/agents/runs/', async (c) => {
    const user = c.req.header('x-user')
    if (user === undefined) return c.json({ error: 'Sign in first.' }, 401)
    const body = await c.req.json<{ session_key: string; input: string }>()
    const run = { id: crypto.randomUUID(), user, session: body.session_key, input: body.input }
    await runs.insert(run)
    await queue.add('run', run, { jobId: run.id })
    return c.json({ run_id: run.id, status: 'pending' })
  })

  app.get('/agents/runs/:id/events/', async (c) => {
    const user = c.req.header('x-user')
    if (user === undefined) return c.json({ error: 'Sign in first.' }, 401)
    const id = c.req.param('id')
    const waiting = finished.wait(id)
    const run = await runs.find(id, user)
    if (run === null) {
      waiting.stop()
      return c.json({ error: 'There is no such run.' }, 404)
    }
    return streamSSE(c, async (stream) => {
      stream.onAbort(waiting.stop)
      const hasEnded = run.status === 'completed' || run.status === 'failed'
      const output = hasEnded ? run.output : await waiting.output
      waiting.stop()
      const event = output === null ? 'run.failed' : 'run.completed'
      await stream.writeSSE({ event, data: JSON.stringify({ output }) })
    })
  })

  return {
    counts: () => runs.counts,
    async close() {
      await worker.close()
      await finished.close()
      await queue.close()
      connection.disconnect()
      await pool.end()
    },
  }
}
