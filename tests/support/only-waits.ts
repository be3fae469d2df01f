import { createAgentic } from '../../src/index.ts'

/** A process that executes nothing: it submits a run, waits for its end, says how it ended and is done. */
const agentic = createAgentic({
  agents: { assistant: () => Promise.reject(new Error('not here')) },
  owner: () => null,
  database: process.argv[2] ?? '',
  concurrency: 0,
})
const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Hi' })
process.send?.({ id })
const run = await agentic.runs.wait({ owner: 'ada', id })
process.send?.({ status: run.status })
process.disconnect()
await agentic.close()
