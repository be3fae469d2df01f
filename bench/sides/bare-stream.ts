import { run, setTracingDisabled } from '@openai/agents'
import type { Context } from 'hono'
import { streamSSE, type SSEStreamingApi } from 'hono/streaming'
import { speaker } from '../speaker-model.ts'
import type { Mount } from './side-spec.ts'

/** A run and who listens to it. */
interface Live {
  readers: Set<SSEStreamingApi>
  ended: Promise<void>
}

/** The SDK's streamed `run()` behind the same framework, each delta handed to each reader as it comes. Nothing is kept. */
export const mountBareStream: Mount = async (app) => {
  setTracingDisabled(true)
  const runs = new Map<string, Live>()
  app.post('/agents/runs/', async (c) => {
    const { input } = await c.req.json<{ input: string }>()
    const id = crypto.randomUUID()
    const readers: Live['readers'] = new Set()
    runs.set(id, { readers, ended: execute(input, readers) })
    return c.json({ run_id: id, status: 'pending' })
  })
  app.get('/agents/runs/:id/events/', (c) => follow(c, runs.get(c.req.param('id'))))
  return { counts: () => ({ statements: 0, transactions: 0 }), close: async () => {} }
}

function follow(c: Context, live: Live | undefined): Response {
  if (live === undefined) return c.json({ error: 'There is no such run.' }, 404)
  return streamSSE(c, async (stream) => {
    live.readers.add(stream)
    stream.onAbort(() => void live.readers.delete(stream))
    await live.ended
    await stream.writeSSE({ event: 'run.completed', data: '{}' })
  })
}

async function execute(input: string, readers: Live['readers']): Promise<void> {
  const result = await run(speaker(), input, { stream: true })
  for await (const event of result) {
    if (event.type !== 'raw_model_stream_event') continue
    if (event.data.type !== 'output_text_delta') continue
    // Made once for all readers; nobody waits for a slow one.
    const data = JSON.stringify({ payload: { text: event.data.delta } })
    const message = `event: text_delta\ndata: ${data}\n\n`
    for (const reader of readers) void reader.write(message)
  }
  await result.completed
}
