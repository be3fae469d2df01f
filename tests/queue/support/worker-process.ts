// A process that executes runs, as `agentic worker` does. It prints a line `asked <input>` for each model call, and
// holds those whose input says so until it is ended.
import { Agent, type ModelRequest } from '@openai/agents'
import { createAgentic } from '../../../src/index.ts'
import { TurnModel } from '../../support/turn-model.ts'
import { engineQueue, type Engine } from './engines.ts'

export interface WorkerPlan {
  engine: Engine
  name: string
  database: string
  concurrency: number
  leaseSeconds: number
  sweepSeconds: number
  drainSeconds: number
}

if (process.argv[2] !== undefined) await main(JSON.parse(process.argv[2]) as WorkerPlan)

async function main(plan: WorkerPlan): Promise<void> {
  const { engine, name, database, concurrency, leaseSeconds, sweepSeconds, drainSeconds } = plan
  const agentic = createAgentic({
    agents: {
      assistant: () =>
        new Agent({
          name: 'Assistant',
          model: new TurnModel(async (request) => {
            const text = lastText(request)
            process.stdout.write(`asked ${text}\n`)
            if (text.startsWith('hold')) await held(request.signal)
            return 'done'
          }),
        }),
    },
    owner: () => null,
    database,
    queue: engineQueue(engine, name),
    concurrency,
    lease: { seconds: leaseSeconds, sweepSeconds },
    drainSeconds,
  })
  process.on('SIGTERM', () => void agentic.close())
  await agentic.start()
  process.stdout.write('ready\n')
}

async function held(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
}

function lastText({ input }: ModelRequest): string {
  const last = typeof input === 'string' ? null : input.findLast((item) => 'role' in item)
  return typeof last?.content === 'string' ? last.content : ''
}
