import { readdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { createClient } from 'agentic-node/client'
import { held, says, scriptedModel, type Step } from '../mount/scripted-model.ts'
import { temporaryDatabase } from '../support/instance.ts'
import { sql, until } from '../support/sql.ts'
import { appFolder, startApp } from './app-process.ts'
import { buildApp } from './build-app.ts'
import { CookieJar } from './cookie-jar.ts'
import { fetchHost } from './fetch-host.ts'
import { goesOnByItself } from './goes-on.ts'

const password = 'correct horse'
const adonis = {
  folder: 'adonis',
  command: [process.execPath, 'build/bin/server.js'],
  env: { APP_KEY: 'a secret of these tests, 32 of it', DEMO_PASSWORD: password },
} as const

/** As the app's form does, whose token its guard against other sites wants to see. */
async function sendForm(jar: CookieJar, url: string, path: string, fields: object) {
  const [, token = ''] = /name="_csrf" value="([^"]+)"/.exec(await (await jar.fetch(url)).text())!
  const body = new URLSearchParams({ _csrf: token, ...fields })
  return jar.fetch(`${url}${path}`, { method: 'POST', body })
}

/** What a browser sends with a form and a script. */
const headersOf = (jar: CookieJar, url: string) => ({ cookie: jar.header, origin: url })

async function signedIn(url: string, name: string): Promise<CookieJar> {
  const jar = new CookieJar()
  expect((await sendForm(jar, url, '/login', { name, password })).status).toBe(302)
  return jar
}

// Checks the types as well.
beforeAll(async () => buildApp('adonis', '../ace.js', 'build'), 300_000)

fetchHost('AdonisJS', {
  ...adonis,
  signIn: async (url, user) => headersOf(await signedIn(url, user), url),
})

const question = { session_key: 'orders', input: 'Where is order 42?' }
const answer = 'It is on its way.'

/** An app of the test's own, and Ada, who has signed in. */
async function ordersDesk(...script: Step[]) {
  const model = await scriptedModel()
  onTestFinished(model.close)
  model.play('order 42', script)
  const database = temporaryDatabase()
  const start = async () => {
    const env = () => ({ ...adonis.env, DATABASE_URL: database })
    const app = await startApp({ ...adonis, modelUrl: model.url, env })
    onTestFinished(async () => void (await app.end()))
    return app
  }
  const app = await start()
  const ada = await signedIn(app.url, 'ada')
  const client = createClient({ url: `${app.url}/agents`, headers: headersOf(ada, app.url) })
  const ask = async (path: string, who: CookieJar | string, accept = 'application/json') => {
    const cookie = typeof who === 'string' ? who : who.header
    return fetch(`${app.url}/agents/${path}`, { headers: { cookie, accept } })
  }
  const statusOf = async (id: string) =>
    (await sql(database, 'select status from agentic_run where id = ?', id))[0]?.['status']
  return { app, ada, client, model, database, start, ask, statusOf }
}

test('each user of @adonisjs/auth has their own runs, and nobody has none', async () => {
  const { app, ada, client, ask } = await ordersDesk(says(answer))
  const { run_id: id } = await client.submit(question)
  expect(await client.wait(id)).toMatchObject({ final_output: answer })
  const bob = await signedIn(app.url, 'bob')
  expect((await ask(`runs/${id}/`, ada)).status).toBe(200)
  expect((await ask(`runs/${id}/`, bob)).status).toBe(404)
  expect(await (await ask('runs/', bob)).json()).toEqual({ runs: [], next_cursor: null })
  const stranger = new CookieJar()
  const guess = { name: 'ada', password: 'a guess' }
  expect((await sendForm(stranger, app.url, '/login', guess)).status).toBe(401)
  const forged = ada.header.replace(/(adonis-session=[^.;]+\.)(...)/, '$1xyz')
  expect(forged).not.toBe(ada.header)
  const garbage = 'adonis-session=nobody.signed-this'
  for (const nobody of ['', stranger, forged, garbage]) {
    expect((await ask(`runs/${id}/`, nobody)).status).toBe(401)
  }
})

test('a session that has expired is nobody, and what is asked of us renews one', async () => {
  const { ada, ask } = await ordersDesk()
  const renewed = await ask('runs/', ada)
  expect(renewed.headers.getSetCookie().join('\n')).toMatch(/^adonis-session=.*Max-Age=7200/m)
  const sessions = join(appFolder('adonis'), 'build/tmp/sessions')
  const threeHoursAgo = new Date(Date.now() - 3 * 3_600_000)
  for (const file of readdirSync(sessions)) {
    utimesSync(join(sessions, file), threeHoursAgo, threeHoursAgo)
  }
  expect((await ask('runs/', ada)).status).toBe(401)
})

test('who has signed out is nobody, and a stream that was open then brings no session back', async () => {
  const { app, ada, client, ask } = await ordersDesk(says(answer))
  await client.wait((await client.submit(question)).run_id)
  const before = ada.header
  const stream = await ask('sessions/orders/events/', before, 'text/event-stream')
  await until(async () => (await app.health()).streams === 1)
  expect((await sendForm(ada, app.url, '/logout', {})).status).toBe(302)
  expect((await ask('runs/', before)).status).toBe(401)
  await stream.body?.cancel()
  await until(async () => (await app.health()).streams === 0)
  expect((await ask('runs/', before)).status).toBe(401)
  expect((await ask('runs/', ada)).status).toBe(401)
})

goesOnByItself(ordersDesk)

test('a deploy serves until the calls in flight have finished, and waits for no stream', async () => {
  const late = held(answer)
  const { app, ada, client, model, ask, statusOf } = await ordersDesk(late.step)
  const { run_id: id } = await client.submit(question)
  await until(() => model.asked.length > 0)
  const stream = await ask('sessions/orders/events/', ada, 'text/event-stream')
  const exit = app.end('SIGTERM')
  await until(async () => (await app.health()).status === 'draining')
  late.release()
  await stream.text()
  expect(await exit).toBe(0)
  expect(await statusOf(id)).toBe('completed')
})
