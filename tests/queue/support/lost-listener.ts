// A process that listens to a queue, says that it was called, and never comes to an end with it.
import { engineQueue, type Engine } from './engines.ts'

const [engine, name, leaseMs] = process.argv.slice(2)
const queue = engineQueue(JSON.parse(engine ?? '') as Engine, name ?? '')
const work = async () => {
  process.stdout.write('called\n')
  return new Promise<never>(() => {})
}
await queue.listen(work, { concurrency: 1, leaseMs: Number(leaseMs), trouble: console.error })
