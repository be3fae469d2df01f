import { expect, test } from 'vitest'
import type { Client } from 'agentic-node/client'
import { held, says, type ScriptedModel, type Step } from '../mount/scripted-model.ts'
import { expireLease, until } from '../support/sql.ts'
import type { AppProcess } from './app-process.ts'

/** An app that can be started again on its database, and a client of somebody who has signed in. */
interface Desk {
  app: AppProcess
  client: Client
  model: ScriptedModel
  database: string
  start(): Promise<AppProcess>
  statusOf(id: string): Promise<unknown>
}

/** What is up to the place from which an app calls `start()`. */
export function goesOnByItself(open: (...script: Step[]) => Promise<Desk>): void {
  test('a run that a crash interrupted goes on when the app starts, before anybody asks', async () => {
    const desk = await open(held('never said').step, says('It is on its way.'))
    const { app, client, model, database, start, statusOf } = desk
    const question = { session_key: 'orders', input: 'Where is order 42?' }
    const { run_id: id } = await client.submit(question)
    await until(() => model.asked.length > 0)
    await app.end('SIGKILL')
    await expireLease(database, id)
    await start()
    await until(async () => (await statusOf(id)) === 'completed')
    expect(model.asked[1]).toBe(model.asked[0])
  })
}
