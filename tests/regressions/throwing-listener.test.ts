import { expect, test } from 'vitest'
import { instance } from '../support/instance.ts'
import { until } from '../support/sql.ts'

/** FIELD: a listener of the completed run raised, and the successful run became failed. */
test('listeners can never change a run’s outcome', async () => {
  const logged: string[] = []
  const note = (_fields: object, message: string) => void logged.push(message)
  const agentic = instance({ logger: { info() {}, warn() {}, error: note } })
  const heard: string[] = []
  for (const name of ['run.started', 'run.event', 'run.completed', 'session.created'] as const) {
    agentic.on(name, () => {
      heard.push(name)
      throw new Error('a listener’s own trouble')
    })
  }
  agentic.on('run.completed', () => Promise.reject(new Error('later trouble')))
  const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Hi' })
  const run = await agentic.runs.wait({ owner: 'ada', id })
  await until(() => heard.includes('run.completed'))
  expect(run).toMatchObject({ status: 'completed', output: 'Hello!', attempt: 1 })
  expect(await agentic.runs.get({ owner: 'ada', id })).toEqual(run)
  await until(() => logged.length >= 5)
  expect(new Set(logged)).toEqual(new Set(['a listener threw; the run is not affected']))
})
