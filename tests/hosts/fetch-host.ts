import { afterAll, expect, inject, onTestFinished, test } from 'vitest'
import { createClient } from 'agentic-node/client'
import { hostContract } from '../mount/contract.ts'
import { ownThings } from '../mount/hosts/host.ts'
import { calls, held, says, scriptedModel, type Step } from '../mount/scripted-model.ts'
import { temporaryDatabase } from '../support/instance.ts'
import { expireLease, sql, stopWrites, until } from '../support/sql.ts'
import { startApp, type AppPlan, type AppProcess } from './app-process.ts'

type Headers = Record<string, string>

/** An app, and what it wants to see of those who ask. */
export interface FetchHost extends Omit<AppPlan, 'modelUrl' | 'env'> {
  env?: Record<string, string>
  /** What a browser and a proxy send besides. */
  sent?: (url: string) => Headers
  /** Where the app has more than the header `x-user` to go by. */
  signIn?: (url: string, user: string) => Promise<Headers>
}

const question = { session_key: 'orders', input: 'Where is order 42?' }
const answer = 'It is on its way.'

/** The contract of hosts, and what only a process of its own can show. */
export function fetchHost(name: string, host: FetchHost): void {
  let shared: Promise<AppProcess> | undefined
  afterAll(async () => (await shared)?.end())

  hostContract(
    name,
    async ({ modelUrl }) => {
      const app = await (shared ??= start(host, modelUrl))
      return {
        url: app.url,
        signIn: async (user) => headersOf(host, app, user),
        openStreams: async () => (await app.health()).streams,
        close: async () => {},
      }
    },
    [ownThings],
  )

  test(`${name} serves the scripts and styles of pages`, async () => {
    const { url } = await shared!
    const types = ['htmx.min.js', 'agentic.css'].map(async (file) => {
      const asked = await fetch(`${url}/agents/static/${file}`)
      return [asked.status, asked.headers.get('content-type')?.split(';')[0]]
    })
    expect(await Promise.all(types)).toEqual([
      [200, 'text/javascript'],
      [200, 'text/css'],
    ])
  })

  test(`${name} lets the model call in flight finish when it is told to end`, async () => {
    const late = held(answer)
    const { model, database, open } = await ordersDesk(host, 'sqlite', [late.step])
    const { app, client } = await open()
    const { run_id: id } = await client.submit(question)
    await until(() => model.asked.length > 0)
    const exit = app.end('SIGTERM')
    // Some close their server first and some last.
    const isWarned = async () =>
      app.health().then(
        ({ status }) => status === 'draining',
        () => true,
      )
    await until(isWarned)
    late.release()
    expect(await exit).toBe(0)
    const rows = await sql(database, 'select status from agentic_run where id = ?', id)
    expect(rows).toEqual([{ status: 'completed' }])
  })
}

/** What is up to a runtime: contexts that follow promises, drivers of databases and what their errors look like. */
export function otherRuntime(name: string, host: FetchHost): void {
  // The contract has SQLite.
  test.runIf(inject('postgresUrl') !== '')(
    `${name}, on Postgres, goes on with a run that a crash interrupted, and repeats no step`,
    async () => {
      const script = [calls('find_order', { id: '42' }), held('never said').step, says(answer)]
      const { model, database, open } = await ordersDesk(host, 'postgres', script)
      const first = await open()
      const { run_id: id } = await first.client.submit(question)
      await until(() => model.asked.length === 2)
      await first.app.end('SIGKILL')
      await expireLease(database, id)
      const { client } = await open()
      expect(await client.wait(id)).toMatchObject({ final_output: answer })
      // The call that was in flight, and no other.
      expect(model.asked[2]).toBe(model.asked[1])
      expect(model.asked).toHaveLength(3)
    },
  )

  test(`${name} waits while another process holds the SQLite file`, async () => {
    const { database, open } = await ordersDesk(host, 'sqlite', [says(answer)])
    const { app, client } = await open()
    const letGo = await stopWrites(database)
    const submitted = client.submit(question)
    submitted.catch(() => {}) // is looked at below
    // When reads that were sent later are answered, it stands before the lock.
    const headers = await headersOf(host, app, 'ada')
    for (let reads = 0; reads < 5; reads += 1) await fetch(`${app.url}/agents/runs/`, { headers })
    await letGo()
    expect(await client.wait((await submitted).run_id)).toMatchObject({ final_output: answer })
  })
}

/** An app of the test's own that can be started again on the same database, and Ada, who has signed in. */
async function ordersDesk(host: FetchHost, kind: 'sqlite' | 'postgres', script: Step[]) {
  const model = await scriptedModel()
  onTestFinished(model.close)
  model.play('order 42', script)
  const database = temporaryDatabase(kind)
  const open = async () => {
    const app = await start(host, model.url, { DATABASE_URL: database })
    onTestFinished(async () => void (await app.end()))
    const headers = await headersOf(host, app, 'ada')
    return { app, client: createClient({ url: `${app.url}/agents`, headers }) }
  }
  return { model, database, open }
}

async function start(
  { folder, command, env }: FetchHost,
  modelUrl: string,
  more: Headers = {},
): Promise<AppProcess> {
  return startApp({ folder, command, modelUrl, env: () => ({ ...env, ...more }) })
}

const headersOf = async ({ sent, signIn }: FetchHost, { url }: AppProcess, user: string) => ({
  ...(signIn ? await signIn(url, user) : { 'x-user': user }),
  ...sent?.(url),
})
