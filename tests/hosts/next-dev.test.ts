import { expect, onTestFinished, test } from 'vitest'
import { createClient } from 'agentic-node/client'
import { says, scriptedModel } from '../mount/scripted-model.ts'
import { temporaryDatabase } from '../support/instance.ts'
import { sql, until } from '../support/sql.ts'
import { signIn } from './auth-js.ts'
import { developNext } from './next-app.ts'

test(
  'under `next dev` the one instance builds the newest agents',
  { timeout: 120_000 },
  async () => {
    const model = await scriptedModel()
    onTestFinished(model.close)
    model.play(
      'order 42',
      Array.from({ length: 1000 }, () => says('It is on its way.')),
    )
    const database = temporaryDatabase()
    const { app, edit, remove } = await developNext(model.url, { DATABASE_URL: database })
    onTestFinished(remove)
    const headers = await signIn(app.url, 'ada')
    const client = createClient({ url: `${app.url}/agents`, headers })
    const ask = async () => {
      const { run_id: id } = await client.submit({
        session_key: 'orders',
        input: 'Where is order 42?',
      })
      await client.wait(id)
      return model.asked.at(-1)
    }
    expect(await ask()).toContain('Help the user with their orders.')
    await edit('lib/support.ts', 'Help the user with their orders.', 'Answer in rhymes.')
    await until(async () => (await ask())?.includes('Answer in rhymes.'), 60_000)
    expect(await sql(database, 'select pid from agentic_worker')).toHaveLength(1)
  },
)
