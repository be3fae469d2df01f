import { expect, onTestFinished, test } from 'vitest'
import { bullmqQueue } from '../../src/bullmq.ts'
import { graphileWorkerQueue } from '../../src/graphile-worker.ts'
import { enginesHere } from './support/engines-here.ts'
import { dropSpace, engineQueue } from './support/engines.ts'

const engines = enginesHere().filter(({ url }) => url !== '')

test.each(engines)('$engine gives a sign of life', async (engine) => {
  const queue = engineQueue(engine, 'check')
  onTestFinished(async () => {
    await queue.close()
    await dropSpace(engine)
  })
  await queue.check?.()
  expect(queue.check).toBeDefined()
})

test('a broker that is away is said to be', async () => {
  const nowhere = [
    bullmqQueue({ connection: 'redis://127.0.0.1:1' }),
    graphileWorkerQueue({ connectionString: 'postgres://nobody@127.0.0.1:1/none' }),
  ]
  onTestFinished(async () => void (await Promise.all(nowhere.map(async (queue) => queue.close()))))
  const answers = await Promise.allSettled(nowhere.map(async (queue) => queue.check?.()))
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
})
