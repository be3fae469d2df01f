// Started by front-door.test.ts as a process of its own: a web process beside workers. It says what it loaded.
import { mkdtempSync, rmSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const loaded: string[] = []
registerHooks({
  load(url, context, next) {
    loaded.push(url)
    return next(url, context)
  },
})

const folder = mkdtempSync(join(tmpdir(), 'agentic-'))
const { createAgentic } = await import('../../src/index.ts')
const agentic = createAgentic({
  agents: { support: () => Promise.reject(new Error('built in a process that executes nothing')) },
  owner: () => 'ada',
  database: `file:${join(folder, 'app.db')}`,
  concurrency: 0,
})
const run = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Hello' })
const addresses = [`runs/${run.id}/fragment/`, `runs/${run.id}/events/`, 'sessions/chat/items/']
const statuses = []
for (const address of addresses) {
  const response = await agentic.fetch(new Request(`http://localhost/agents/${address}`))
  statuses.push(response.status)
  await response.text()
}
await agentic.close()
rmSync(folder, { recursive: true })

const packages = loaded.filter((url) => url.includes('/node_modules/'))
console.log(JSON.stringify({ statuses, ours: loaded.length - packages.length, packages }))
