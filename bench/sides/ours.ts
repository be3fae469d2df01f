import type { AgentFactory, AgenticOptions } from '../../src/core/options.ts'
import { createAgentic } from '../../src/index.ts'
import { defaultConcurrency, redisPrefix, type Mount, type SideSpec } from './side-spec.ts'

/** This library, as an app would mount it. */
export const mountOurs: Mount = async (app, spec) => {
  const agentic = createAgentic({
    agents: agentsOf(spec.agents ?? ['prices']),
    owner: (request) => request.headers.get('x-user'),
    database: spec.database ?? '',
    concurrency: spec.concurrency ?? defaultConcurrency,
    queue: await queueOf(spec),
    logger: { ...console, info: () => {} },
  })
  app.all('/agents/*', (c) => agentic.fetch(c.req.raw))
  await agentic.start()
  return { counts: () => agentic.counts(), close: async () => agentic.close() }
}

/** Loaded where runs execute, so that a process that only serves pages does not pay for the SDK. */
function agentsOf(keys: string[]): AgenticOptions['agents'] {
  const known: AgenticOptions['agents'] = {
    prices: once(async () => (await import('../instant-model.ts')).instantPrices),
    speaker: once(async () => (await import('../speaker-model.ts')).speaker),
    nobody: () => {
      throw new Error('the runs of this agent are only watched')
    },
  }
  return Object.fromEntries(Object.entries(known).filter(([key]) => keys.includes(key)))
}

function once(load: () => Promise<AgentFactory>): AgentFactory {
  let loading: Promise<AgentFactory> | undefined
  return async (setup) => {
    loading ??= load()
    return (await loading)(setup)
  }
}

async function queueOf({ queue, redis, database }: SideSpec): Promise<AgenticOptions['queue']> {
  if (queue === 'bullmq') {
    const { bullmqQueue } = await import('../../src/bullmq.ts')
    return bullmqQueue({ connection: redis ?? '', prefix: redisPrefix })
  }
  if (queue === 'graphile-worker') {
    const { graphileWorkerQueue } = await import('../../src/graphile-worker.ts')
    return graphileWorkerQueue({ connectionString: database })
  }
  return 'in-process'
}
