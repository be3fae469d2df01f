import { serve } from '@hono/node-server'
import { run, setTracingDisabled } from '@openai/agents'
import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { createAgentic } from '../src/index.ts'
import { InstantModel, priceAgent } from './instant-model.ts'

/**
 * One side of the comparison, as a process of its own: `bare` is the SDK's `run()` behind the same framework, with
 * nothing kept but a promise; `durable` is this library. Over its channel it tells its port and what it used.
 */
const [side = 'durable', database = ''] = process.argv.slice(2)
const model = new InstantModel()
const app = new Hono()
const counts = side === 'bare' ? mountBare() : mountDurable()

function mountBare() {
  setTracingDisabled(true)
  const runs = new Map<string, Promise<string>>()
  app.post('/agents/runs/', async (c) => {
    const { input } = await c.req.json<{ input: string }>()
    const id = crypto.randomUUID()
    runs.set(id, execute(input))
    return c.json({ run_id: id, status: 'pending' })
  })
  app.get('/agents/runs/:id/events/', (c) =>
    streamSSE(c, async (stream) => {
      const id = c.req.param('id')
      const output = await runs.get(id)
      runs.delete(id)
      await stream.writeSSE({ event: 'run.completed', data: JSON.stringify({ output }) })
    }),
  )
  return () => ({ statements: 0, transactions: 0 })
}

async function execute(input: string): Promise<string> {
  const result = await run(priceAgent(model), input, { stream: true })
  for await (const _ of result) void _
  await result.completed
  return String(result.finalOutput)
}

function mountDurable() {
  const agentic = createAgentic({
    agents: { prices: () => priceAgent(model) },
    owner: (request) => request.headers.get('x-user'),
    database,
    concurrency: 32,
    logger: { ...console, info: () => {} },
  })
  app.all('/agents/*', (c) => agentic.fetch(c.req.raw))
  return () => agentic.counts()
}

const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
  process.send?.({ port })
})
process.on('message', (message) => {
  if (message === 'end') server.close(() => process.exit(0))
  const { user, system } = process.cpuUsage()
  process.send?.({ cpuMs: (user + system) / 1000, rss: process.memoryUsage().rss, ...counts() })
})
