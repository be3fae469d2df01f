// Deletes what is old until it is told to stop: `node cleanup-process.ts <database>`.
import { createAgentic } from '../src/index.ts'

const [, , database = ''] = process.argv
const agentic = createAgentic({
  agents: { a: () => Promise.reject(new Error('nothing runs here')) },
  owner: () => null,
  database,
  concurrency: 0,
})
const stop = new AbortController()
process.once('SIGTERM', () => stop.abort())
const how = {
  signal: stop.signal,
  onProgress: () => process.send?.('deleting'),
}
const report = await agentic.admin.cleanup({ runsDays: 1 }, how)
process.send?.(report)
await agentic.close()
process.disconnect?.()
