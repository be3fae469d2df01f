import { expect, test } from 'vitest'
import { instance } from '../support/instance.ts'

test('a submitted run is executed to its end', async () => {
  const agentic = instance()
  const { id, status } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Hi' })
  expect(status).toBe('pending')
  const run = await agentic.runs.wait({ owner: 'ada', id })
  expect(run).toMatchObject({ status: 'completed', output: 'Hello!', attempt: 1 })
})
