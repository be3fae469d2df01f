import { once } from 'node:events'
import { queueContract } from 'agentic-node/testing'
import { afterAll, describe, inject, test } from 'vitest'
import { inProcessQueue } from '../../src/queue/in-process.ts'
import { inlineQueue } from '../../src/queue/inline.ts'
import { spawnScript } from '../crash/support/spawn.ts'
import { dropSpace, engineQueue } from './support/engines.ts'
import { enginesHere } from './support/engines-here.ts'

// Where runs are kept does not matter to a queue.
const isDone = inject('database') !== 'sqlite'

describe.skipIf(isDone)('the in-process queue', () => {
  queueContract({ test, create: inProcessQueue })
})
describe.skipIf(isDone)('the inline queue', () => {
  queueContract({ test, create: inlineQueue })
})

describe.each(enginesHere())('the queue of $engine', (engine) => {
  describe.skipIf(isDone || engine.url === '')('on a server', () => {
    afterAll(async () => dropSpace(engine))
    queueContract({
      test,
      async create(name) {
        const queue = engineQueue(engine, name)
        // Nobody waits long for a wake-up, and how long it takes to install the engine is for the disk to say.
        await queue.check?.()
        return queue
      },
      async lose(name, leaseMs) {
        const script = new URL('support/lost-listener.ts', import.meta.url).pathname
        const listener = spawnScript(script, [JSON.stringify(engine), name, String(leaseMs)])
        listener.stderr?.pipe(process.stderr)
        if (listener.stdout !== null) await once(listener.stdout, 'data')
        listener.kill('SIGKILL')
        await once(listener, 'exit')
      },
    })
  })
})
