// What config files of these tests export: an instance as a web app has it, that executes nothing by itself.
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Agent, Usage, type Model, type ModelRequest } from '@openai/agents'
import { assistantMessage } from '@openai/agents/testing'
import { createAgentic } from '../../../src/index.ts'

const { DATABASE_URL: database = '', TEST_FOLDER: folder = '', TEST_LEASE = '600' } = process.env

/** Says at once which process it is in. */
const quick = () => new Agent({ name: 'Quick', model: says(async () => {}) })

/** Leaves a file when it is asked for something, and answers when there is one that lets it go. */
const held = () => new Agent({ name: 'Held', model: says(untilLetGo) })

export const agentic = createAgentic({
  agents: { quick, held },
  defaultAgent: 'quick',
  owner: () => null,
  database,
  concurrency: 0,
  // What goes on elsewhere goes on because it was told: nobody finds it by looking around.
  lease: { seconds: Number(TEST_LEASE), sweepSeconds: 600 },
})

async function untilLetGo(request: ModelRequest): Promise<void> {
  const text = lastText(request)
  writeFileSync(join(folder, `asked-${text}-${process.pid}`), '')
  const { signal } = request
  while (!existsSync(join(folder, `go-${text}`))) await delay(10, undefined, { signal })
}

function says(before: (request: ModelRequest) => Promise<void>): Model {
  const output = [assistantMessage(`by ${process.pid}`)]
  const usage = { inputTokens: 1, outputTokens: 1, totalTokens: 2 }
  return {
    async getResponse(request) {
      await before(request)
      return { output, usage: new Usage(usage), responseId: 'r' }
    },
    async *getStreamedResponse(request) {
      await before(request)
      yield { type: 'response_started' }
      yield { type: 'response_done', response: { id: 'r', output, usage } }
    },
  }
}

function lastText({ input }: ModelRequest): string {
  if (typeof input === 'string') return input
  const last = input.findLast((item) => 'role' in item && item.role === 'user')
  return last !== undefined && 'content' in last ? String(last.content) : ''
}
