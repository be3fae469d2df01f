import { run, setTracingDisabled } from '@openai/agents'
import { streamSSE } from 'hono/streaming'
import { InstantModel, priceAgent } from '../instant-model.ts'
import type { Mount } from './side-spec.ts'

/** The SDK's `run()` behind the same framework, with nothing kept but a promise. */
export const mountBare: Mount = async (app) => {
  setTracingDisabled(true)
  const model = new InstantModel()
  const runs = new Map<string, Promise<string>>()
  app.post('/agents/runs/', async (c) => {
    const { input } = await c.req.json<{ input: string }>()
    const id = crypto.randomUUID()
    runs.set(id, execute(model, input))
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
  return { counts: () => ({ statements: 0, transactions: 0 }), close: async () => {} }
}

async function execute(model: InstantModel, input: string): Promise<string> {
  const result = await run(priceAgent(model), input, { stream: true })
  for await (const _ of result) void _
  await result.completed
  return String(result.finalOutput)
}
