// A process of its own: starts an instance on the file given and submits one run.
import { createAgentic } from '../../../src/index.ts'

const [, , database = '', name = ''] = process.argv
const agentic = createAgentic({
  agents: { assistant: () => Promise.reject(new Error('nothing executes here')) },
  owner: () => null,
  database,
  concurrency: 0,
})
const run = await agentic.runs.submit({ owner: name, session: 'chat', input: 'Hi' })
await agentic.close()
console.log(run.id)
