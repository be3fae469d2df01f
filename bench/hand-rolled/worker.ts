import { run, setTracingDisabled } from '@openai/agents'
import { Worker, type WorkerOptions } from 'bullmq'
import { InstantModel, priceAgent } from '../instant-model.ts'
import type { NewRun, Runs } from './runs.ts'

export interface Finished {
  output: string
}

/** Executes runs. What happens when it dies in the middle is anybody's guess: that is the point of comparison. */
export function startWorker(
  runs: Runs,
  queueName: string,
  options: WorkerOptions,
): Worker<NewRun, Finished> {
  setTracingDisabled(true)
  const model = new InstantModel()
  const work = async (job: { data: NewRun }): Promise<Finished> => execute(runs, model, job.data)
  const worker = new Worker<NewRun, Finished>(queueName, work, options)
  worker.on('error', (error) => console.error(error))
  return worker
}

async function execute(runs: Runs, model: InstantModel, job: NewRun): Promise<Finished> {
  await runs.start(job.id)
  try {
    const history = await runs.items(job.user, job.session)
    const input = [...history, { role: 'user' as const, content: job.input }]
    // Streamed, as both other sides do.
    const result = await run(priceAgent(model), input, { stream: true })
    for await (const _ of result) void _
    await result.completed
    const output = String(result.finalOutput)
    await runs.complete(job, result.history.slice(history.length), output)
    return { output }
  } catch (error) {
    await runs.fail(job.id, String(error))
    throw error
  }
}
