import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import {
  Agent,
  tool,
  Usage,
  type Model,
  type ModelRequest,
  type ModelResponse,
} from '@openai/agents'
import { z } from 'zod'
import { createAgentic, type Agentic } from '../../src/index.ts'

export interface MemoryOptions {
  folder: string
  runs: number
  report: (sample: { done: number; rssMb: number; heapMb: number; perSecond: number }) => void
}

const owners = 50
const sessionsPerOwner = 20
const width = 16

/** Runs of two turns in one process; the heap is looked at after it was collected, at twenty moments. */
export async function measureMemory({ folder, runs, report }: MemoryOptions) {
  const agentic = createAgentic({
    agents: { prices: () => pricesAgent() },
    owner: () => null,
    database: `file:${join(folder, 'memory.db')}`,
    concurrency: width,
    durability: 'normal',
    events: 'items',
    historyLimit: 20,
  })
  const heaps: number[] = []
  const batch = Math.max(1, Math.floor(runs / 20))
  for (let done = 0; done < runs; done += batch) {
    const start = performance.now()
    await execute(agentic, done, Math.min(batch, runs - done))
    const perSecond = Math.round((batch * 1000) / (performance.now() - start))
    collect()
    const { rss, heapUsed } = process.memoryUsage()
    heaps.push(toMb(heapUsed))
    report({
      done: done + batch,
      rssMb: Math.round(toMb(rss)),
      heapMb: Math.round(toMb(heapUsed)),
      perSecond,
    })
  }
  await agentic.close()
  // The first batches load and compile; from the fourth on nothing new is to stay.
  return { firstMb: heaps[Math.min(3, heaps.length - 1)]!, lastMb: heaps.at(-1)! }
}

async function execute(agentic: Agentic, from: number, count: number): Promise<void> {
  let next = from
  const work = async () => {
    while (next < from + count) {
      const number = next++
      const owner = `owner-${number % owners}`
      const session = `chat-${Math.floor(number / owners) % sessionsPerOwner}`
      const { id } = await agentic.runs.submit({ owner, session, input: 'What is the price?' })
      const { status } = await agentic.runs.wait({ owner, id })
      if (status !== 'completed') throw new Error(`run ${id} is ${status}`)
    }
  }
  await Promise.all(Array.from({ length: width }, work))
}

function collect(): void {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as () => void
  gc()
}

function toMb(bytes: number): number {
  return bytes / 1_048_576
}

function pricesAgent(): Agent {
  const price = tool({
    name: 'price',
    description: 'The price of a flight.',
    parameters: z.object({ flight: z.string() }),
    execute: async ({ flight }) => `${flight} costs 120 euros`,
  })
  return new Agent({ name: 'Prices', model, tools: [price] })
}

/** Answers at once: a tool call, then a sentence. */
const model: Model = {
  async getResponse(request: ModelRequest): Promise<ModelResponse> {
    const usage = new Usage({ requests: 1, inputTokens: 10, outputTokens: 5, totalTokens: 15 })
    const last = typeof request.input === 'string' ? undefined : request.input.at(-1)
    if (last?.type !== 'function_call_result') {
      const call = { type: 'function_call', callId: crypto.randomUUID(), name: 'price' } as const
      return { usage, output: [{ ...call, status: 'completed', arguments: '{"flight":"TD4821"}' }] }
    }
    const content = [{ type: 'output_text' as const, text: 'It costs 120 euros.' }]
    return { usage, output: [{ type: 'message', role: 'assistant', status: 'completed', content }] }
  },
  getStreamedResponse() {
    throw new Error('With `events: items` nothing is streamed.')
  },
}
