import { expect, test } from 'vitest'
import { instance, speaker, temporaryDatabase } from '../support/instance.ts'

test('a run whose agent is registered nowhere waits, its worker says so, and it runs when the agent is back', async () => {
  const database = temporaryDatabase()
  const old = instance({ database, agents: { old: () => speaker('Hello!') }, concurrency: 0 })
  const { id } = await old.runs.submit({ owner: 'ada', session: 'chat', input: 'Hi' })

  const warnings: Record<string, unknown>[] = []
  const logger = { info() {}, error() {}, warn: (fields: object) => warnings.push({ ...fields }) }
  const other = instance({ database, agents: { other: () => speaker('No') }, logger })
  await other.start()
  expect(warnings).toContainEqual({ agents: ['old'] })
  expect(await other.runs.get({ owner: 'ada', id })).toMatchObject({ status: 'pending' })

  const back = instance({ database, agents: { old: () => speaker('Hello!') } })
  expect(await back.runs.wait({ owner: 'ada', id })).toMatchObject({ output: 'Hello!' })
})
