// A worker that is loaded and waits for a word on its standard input, then executes runs until it is killed.
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { costOfAnswer } from '../crash/support/answers.ts'
import { LoggingModel } from '../crash/support/logging-model.ts'
import { toolSettings } from '../crash/support/policies.ts'
import { scenario } from '../crash/support/scenario.ts'
import { createAgentic } from '../../src/index.ts'

const [database = '', effects = ''] = process.argv.slice(2)
const at = () => {}
const agentic = createAgentic({
  agents: {
    assistant: () =>
      scenario({
        effects,
        at,
        model: new LoggingModel({
          effects,
          at,
          modelMs: () => 5 + Math.random() * 40,
          pieceMs: 15,
        }),
        beforeTool: async () => delay(Math.random() * 20),
      }),
  },
  owner: () => null,
  database,
  concurrency: 4,
  lease: { seconds: 2, sweepSeconds: 0.2 },
  // Killed over and over by nobody's fault: no run is to be given up.
  maxAttempts: 1000,
  tools: toolSettings,
  estimateCost: () => costOfAnswer,
})
process.on('SIGTERM', () => void agentic.close().then(() => process.exit(0)))
process.stdout.write('loaded\n')
await once(process.stdin, 'data')
await agentic.start()
