import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { afterAll, describe, expect, inject, test } from 'vitest'
import { spawnScript } from '../crash/support/spawn.ts'
import { freePort } from '../support/free-port.ts'
import { temporaryDatabase } from '../support/instance.ts'
import { dropSpace, engineQueue, type Engine } from './support/engines.ts'
import { enginesHere } from './support/engines-here.ts'

const script = new URL('support/use-and-close.ts', import.meta.url).pathname

// Where runs are kept does not matter to a queue.
const isDone = inject('database') !== 'sqlite'

describe.each(enginesHere())('after close() nothing of the queue of $engine is left:', (engine) => {
  describe.skipIf(isDone || engine.url === '')('on a server', () => {
    afterAll(async () => dropSpace(engine))

    test.each(['executes', 'only submits'])('a process that %s ends by itself', async (what) => {
      expect(await leftBy(engine, what === 'executes')).toEqual([])
    })

    test.each(['executes', 'only submits'])(
      'a process that %s ends by itself although the broker is away',
      async (what) => {
        const url = new URL(engine.url)
        url.port = String(await freePort())
        expect(await leftBy({ ...engine, url: url.href }, what === 'executes')).toEqual([])
      },
    )

    test('a queue that was never used never connects', async () => {
      const sockets = () => process.getActiveResourcesInfo().filter((one) => one.startsWith('TCP'))
      const before = sockets()
      const queue = engineQueue(engine, 'unused')
      expect(sockets()).toEqual(before)
      await queue.close()
    })
  })
})

async function leftBy(engine: Engine, executes: boolean): Promise<unknown> {
  const args = [JSON.stringify(engine), 'closing', temporaryDatabase('sqlite'), String(executes)]
  const child = spawnScript(script, args)
  child.stderr?.pipe(process.stderr)
  const [output] = await Promise.all([
    child.stdout === null ? '' : text(child.stdout),
    once(child, 'exit'),
  ])
  return JSON.parse(output)
}
