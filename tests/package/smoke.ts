// Copied into a project of its own by tarball.test.ts, where the package is installed as its users install it.
import assert from 'node:assert/strict'
import { Agent, tool } from '@openai/agents'
import { assistantMessage, functionCall, ScriptedModel } from '@openai/agents/testing'
import { createAgentic, currentCall } from 'agentic-node'
import { queueContract } from 'agentic-node/testing'
import { z } from 'zod'

const keys: string[] = []
const bookFlight = tool({
  name: 'book_flight',
  description: 'Books a flight.',
  parameters: z.object({ flight: z.string() }),
  execute: ({ flight }) => {
    keys.push(currentCall().idempotencyKey)
    return `booked ${flight}`
  },
})
const model = new ScriptedModel([
  [functionCall('book_flight', { flight: 'AN 12' }, { callId: 'call-1' })],
  [assistantMessage('Your flight is booked.')],
])

const agentic = createAgentic({
  agents: { desk: () => new Agent({ name: 'Desk', tools: [bookFlight], model }) },
  owner: () => 'ada',
  database: 'file:./smoke.db',
})
const submitted = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Book AN 12' })
const run = await agentic.runs.wait({ owner: 'ada', id: submitted.id })
assert.equal(run.status, 'completed')
assert.equal(keys.length, 1)

const page = new Request(`http://localhost/agents/runs/${run.id}/fragment/`)
const fragment = await agentic.fetch(page)
assert.equal(fragment.status, 200)
assert.match(await fragment.text(), /Your flight is booked\./)
for (const asset of ['agentic.css', 'htmx.min.js']) {
  const response = await agentic.fetch(new Request(`http://localhost/agents/static/${asset}`))
  assert.equal(response.status, 200, asset)
}

assert.equal(typeof queueContract, 'function')
await agentic.close()
console.log(`completed on ${process.version}`)
