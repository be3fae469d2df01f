// The app of a chaos round, as its web process and its workers load it.
import { setTimeout as delay } from 'node:timers/promises'
import { toolSettings } from '../../crash/support/policies.ts'
import { createAgentic, type AgenticOptions } from '../../../src/index.ts'
import { leaseSeconds, limits, planVariable, type ProcessPlan } from './plan.ts'

const plan = JSON.parse(process.env[planVariable] ?? '') as ProcessPlan

async function queueOf({
  queue,
  redisUrl,
  database,
}: ProcessPlan): Promise<AgenticOptions['queue']> {
  if (queue === 'in-process') return queue
  if (queue === 'bullmq') {
    const { bullmqQueue } = await import('../../../src/bullmq.ts')
    return bullmqQueue({ connection: redisUrl })
  }
  const { graphileWorkerQueue } = await import('../../../src/graphile-worker.ts')
  const url = new URL(database)
  for (const name of ['schema', 'connection_limit']) url.searchParams.delete(name)
  return graphileWorkerQueue({ connectionString: url.href })
}

/** The SDK is for those who execute. */
async function assistant() {
  const { scenario } = await import('../../crash/support/scenario.ts')
  const { EndpointModel } = await import('../../crash/support/endpoint-model.ts')
  return scenario({
    effects: plan.effects,
    model: new EndpointModel(plan.modelUrl),
    at: () => {},
    beforeTool: async () => delay(Math.random() * 100),
  })
}

export const agentic = createAgentic({
  agents: { assistant },
  owner: (request) => request.headers.get('x-user'),
  database: plan.database,
  queue: await queueOf(plan),
  concurrency: 0,
  lease: { seconds: leaseSeconds, sweepSeconds: 0.5 },
  limits,
  // Killed over and over by nobody's fault: no run is to be given up.
  maxAttempts: 10_000,
  tools: toolSettings,
  drainSeconds: 2,
  cancelGraceSeconds: 1,
  deltasMinutes: 600,
})
