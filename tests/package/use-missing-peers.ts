// A process of its own: uses each queue whose package is missing, and says what it is told.
import { bullmqQueue } from '../../src/bullmq.ts'
import { graphileWorkerQueue } from '../../src/graphile-worker.ts'

const queues = [
  bullmqQueue({ connection: 'redis://127.0.0.1:1' }),
  graphileWorkerQueue({ connectionString: 'postgres://127.0.0.1:1/none' }),
]
const told: unknown[] = []
for (const queue of queues) {
  const listen = { concurrency: 1, leaseMs: 1000, trouble: () => {} }
  const work = async () => ({ againMs: null })
  const uses = [queue.wake('run'), queue.listen(work, listen)]
  for (const use of await Promise.allSettled(uses)) {
    told.push(use.status === 'rejected' ? String(use.reason) : 'it was there')
  }
  await queue.close()
}
console.log(JSON.stringify(told))
