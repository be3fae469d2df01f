import { createAgentic } from 'agentic-node'
import { bullmqQueue } from 'agentic-node/bullmq'

/** Imported by the web processes, and found by `agentic worker`. It creates the instance and does nothing else. */
export const agentic = createAgentic({
  agents: { support: async () => import('./support.ts').then((module) => module.support()) },
  owner: (request) => request.headers.get('x-user'),
  database: process.env['DATABASE_URL'] ?? 'postgres://localhost/app',
  queue: bullmqQueue({ connection: process.env['REDIS_URL'] ?? 'redis://localhost' }),
  // Web processes execute nothing; `agentic worker` does all the same.
  concurrency: 0,
})
