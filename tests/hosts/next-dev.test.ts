import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClient } from 'agentic-node/client'
import { says, scriptedModel, type ScriptedModel } from '../mount/scripted-model.ts'
import { sql, until } from '../support/sql.ts'
import { signIn } from './auth-js.ts'
import { developNext } from './next-app.ts'

let model: ScriptedModel
let next: Awaited<ReturnType<typeof developNext>>

beforeAll(async () => {
  model = await scriptedModel()
  next = await developNext(model.url)
}, 120_000)
afterAll(async () => {
  await next?.close()
  await model.close()
})

async function ordersDesk() {
  model.play(
    'order 42',
    Array.from({ length: 1000 }, () => says('It is on its way.')),
  )
  const headers = await signIn(next.app.url, 'ada')
  const client = createClient({ url: `${next.app.url}/agents`, headers })
  const ask = async () => {
    const { run_id: id } = await client.submit({
      session_key: 'orders',
      input: 'Where is order 42?',
    })
    return client.wait(id)
  }
  return { ask, headers }
}

test('the client follows redirects that take the trailing slash off', async () => {
  const { ask, headers } = await ordersDesk()
  const url = `${next.app.url}/agents/runs/`
  expect((await fetch(url, { headers, redirect: 'manual' })).status).toBe(308)
  expect(await ask()).toMatchObject({ status: 'completed' })
})

test('the one instance builds the newest agents', async () => {
  const { ask } = await ordersDesk()
  await ask()
  expect(model.asked.at(-1)).toContain('Help the user with their orders.')
  await next.edit('lib/support.ts', 'Help the user with their orders.', 'Answer in rhymes.')
  await until(async () => {
    await ask()
    return model.asked.at(-1)?.includes('Answer in rhymes.')
  }, 50_000)
  expect(await sql(next.database, 'select pid from agentic_worker')).toHaveLength(1)
})
