import { expect, test } from 'vitest'
import { HeldAgent } from '../support/held-agent.ts'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { stopWrites } from '../support/sql.ts'

test('a run that was given up while the database was away is recovered by the same process', async () => {
  const database = temporaryDatabase()
  const held = new HeldAgent()
  const complaints: string[] = []
  const agentic = instance({
    database,
    agents: { assistant: held.factory },
    lease: { seconds: 1, sweepSeconds: 0.1 },
    logger: { info() {}, error() {}, warn: (_fields, message) => complaints.push(message) },
  })
  const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'mid' })
  await held.reached('mid')

  // Away for longer than a write waits and the lease lasts: the attempt cannot even say that it gives up.
  const letWrite = await stopWrites(database)
  held.releaseAll()
  await expect
    .poll(() => complaints)
    .toContain('the end of an attempt could not be written; the run will be recovered')
  await letWrite()

  const run = await agentic.runs.wait({ owner: 'ada', id })
  expect(run.status).toBe('completed')
  expect(run.attempt).toBeGreaterThan(1)
})
