import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createClient } from 'agentic-node/client'
import { hostContract } from '../mount/contract.ts'
import { ownThings } from '../mount/hosts/host.ts'
import { held, says, scriptedModel, streaming, type Step } from '../mount/scripted-model.ts'
import { temporaryDatabase } from '../support/instance.ts'
import { sql, until } from '../support/sql.ts'
import { complaintsOf, hasBrowser, openBrowser } from '../travel-desk/browser.ts'
import { appFolder, type AppProcess } from './app-process.ts'
import { password, signIn } from './auth-js.ts'
import { goesOnByItself } from './goes-on.ts'
import { buildNext, startNext, startWorker } from './next-app.ts'

let shared: Promise<AppProcess> | undefined
/** For what asks no model, or only that of the contract. */
const sharedApp = async (modelUrl = 'http://127.0.0.1:9/v1') => (shared ??= startNext(modelUrl))

beforeAll(buildNext, 300_000)
afterAll(async () => (await shared)?.end())

hostContract(
  'next',
  async ({ modelUrl }) => {
    const app = await sharedApp(modelUrl)
    return {
      url: app.url,
      signIn: async (user) => signIn(app.url, user),
      openStreams: async () => (await app.health()).streams,
      close: async () => {},
    }
  },
  [ownThings],
)

const question = { session_key: 'orders', input: 'Where is order 42?' }

/** An app of the test's own, and Ada, who has signed in. */
async function ordersDesk(script: Step[], env: Record<string, string> = {}) {
  const model = await scriptedModel()
  onTestFinished(model.close)
  model.play('order 42', script)
  const database = temporaryDatabase()
  const start = async () => {
    const app = await startNext(model.url, { DATABASE_URL: database, ...env })
    onTestFinished(async () => void (await app.end()))
    return app
  }
  const statusOf = async (id: string) =>
    (await sql(database, 'select status from agentic_run where id = ?', id))[0]?.['status']
  const app = await start()
  const ada = await signIn(app.url, 'ada')
  const client = createClient({ url: `${app.url}/agents`, headers: ada })
  return { app, ada, model, client, database, start, statusOf }
}

test('what a container is given of the packages has the files that pages load from us', async () => {
  const trace = `${appFolder('next')}/.next/server/app/agents/[[...path]]/route.js.nft.json`
  const files = await readFile(trace, 'utf8')
  expect(files).toContain('/htmx.org/dist/htmx.min.js')
  expect(files).toContain('/htmx.org/dist/ext/hx-sse.min.js')
})

test('pages and routes share an instance, and show a conversation to nobody but its owner', async () => {
  const { app, ada, client, database } = await ordersDesk([says('It is on its way.')])
  const { run_id: id } = await client.submit(question)
  expect(await client.wait(id)).toMatchObject({ final_output: 'It is on its way.' })
  const page = async (headers: HeadersInit) => (await fetch(app.url, { headers })).text()
  expect(await page(ada)).toContain('It is on its way.')
  const bob = await signIn(app.url, 'bob')
  expect(await page(bob)).not.toContain('It is on its way.')
  expect(await page({})).toContain('Sign in')
  const ask = async (headers: HeadersInit) => fetch(`${app.url}/agents/runs/${id}/`, { headers })
  expect((await ask(bob)).status).toBe(404)
  expect((await ask({})).status).toBe(401)
  expect((await ask(await signIn(app.url, 'ada', 'a guess'))).status).toBe(401)
  expect(await sql(database, 'select pid from agentic_worker')).toHaveLength(1)
})

test('a HEAD is answered without a body, and OPTIONS with what there is', async () => {
  const { url } = await sharedApp()
  const headers = await signIn(url, 'ada')
  const ask = async (method: string) => fetch(`${url}/agents/runs/`, { method, headers })
  const head = await ask('HEAD')
  expect([head.status, await head.text()]).toEqual([200, ''])
  expect(head.headers.get('etag')).toBe((await ask('GET')).headers.get('etag'))
  expect((await ask('OPTIONS')).headers.get('allow')).toContain('POST')
})

goesOnByItself(async (...script) => ordersDesk(script))

test('a deploy lets the model call in flight finish', async () => {
  const answer = held('It is on its way.')
  const { app, client, model, statusOf } = await ordersDesk([answer.step])
  const { run_id: id } = await client.submit(question)
  await until(() => model.asked.length > 0)
  const exit = app.end('SIGTERM')
  await until(async () => (await app.health()).status === 'draining')
  answer.release()
  expect(await exit).toBe(0)
  expect(await statusOf(id)).toBe('completed')
})

test('where the app executes nothing, a worker of its config does', async () => {
  const { app, client, database, model } = await ordersDesk([says('It is on its way.')], {
    WORKERS_ELSEWHERE: 'true',
  })
  const worker = startWorker({ DATABASE_URL: database, OPENAI_BASE_URL: model.url })
  onTestFinished(() => void worker.kill('SIGKILL'))
  const { run_id: id } = await client.submit(question)
  expect(await client.wait(id)).toMatchObject({ status: 'completed' })
  expect(await app.health()).toMatchObject({ status: 'ok', concurrency: 0 })
})

test.runIf(hasBrowser)('a page in React shows the answer as it is written', async () => {
  const model = streaming('It is on its way.')
  const { app } = await ordersDesk([model.step])
  const browser = await openBrowser()
  onTestFinished(async () => browser.close())
  const page = await browser.newPage()
  const complaints = complaintsOf(page)
  await page.goto(app.url)
  await page.getByLabel('Name').fill('ada')
  await page.getByLabel('Password').fill(password)
  await page.getByText('Sign in').click()
  await page.getByLabel('Message').fill(question.input)
  await page.getByText('Send').click()
  const written = page.locator('output')
  await expect.poll(async () => written.textContent()).toBe('It is on its way.')
  model.release()
  const conversation = page.locator('.agent-conversation')
  await expect.poll(async () => conversation.textContent()).toContain('It is on its way.')
  expect(await written.textContent()).toBe('')
  expect(complaints).toEqual([])
})
