import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setDefaultModelProvider } from '@openai/agents'
import { assistantMessage, modelResponse, ScriptedModel } from '@openai/agents/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Agentic } from 'agentic-node'
import { freePort } from '../support/free-port.ts'

/** What a browser or an app sends along once somebody has signed in. */
type Credentials = Record<string, string>

interface Example {
  load(): Promise<{ agentic: Pick<Agentic, 'close'>; server: Server }>
  signIn(url: string, user: string): Promise<Credentials>
  /** Where the server can end it; a token ends by itself. */
  signOut?(url: string, credentials: Credentials): Promise<Response>
  garbage: Credentials
}

const jsonPost = async (url: string, body: object, headers: Credentials = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: new URL(url).origin, ...headers },
    body: JSON.stringify(body),
  })

const cookiesOf = (answer: Response): Credentials => ({
  cookie: answer.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; '),
})

const passwordOf = (user: string) => ({ username: user, password: `${user}’s password` })

const examples: Record<string, Example> = {
  'express-session and Passport': {
    load: async () => import('../../examples/hosts/express-passport.ts'),
    signIn: async (url, user) => cookiesOf(await jsonPost(`${url}/sign-in`, passwordOf(user))),
    signOut: async (url, who) => jsonPost(`${url}/sign-out`, {}, who),
    garbage: { cookie: 'connect.sid=s%3Anobody.signed-this' },
  },
  '@fastify/jwt': {
    load: async () => import('../../examples/hosts/fastify-jwt.ts'),
    async signIn(url, user) {
      const { token } = await (await jsonPost(`${url}/sign-in`, passwordOf(user))).json()
      return { authorization: `Bearer ${token}` }
    },
    garbage: { authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.' },
  },
  'Better Auth in Hono': {
    async load() {
      const { agentic, server } = await import('../../examples/hosts/hono-better-auth.ts')
      return { agentic, server: server as Server }
    },
    async signIn(url, user) {
      const email = `${user}@example.com`
      const password = `${user}’s password`
      await jsonPost(`${url}/api/auth/sign-up/email`, { name: user, email, password })
      return cookiesOf(await jsonPost(`${url}/api/auth/sign-in/email`, { email, password }))
    },
    signOut: async (url, who) => jsonPost(`${url}/api/auth/sign-out`, {}, who),
    garbage: { cookie: 'better-auth.session_token=nobody.signed-this' },
  },
  'a guard of NestJS and its JWT': {
    async load() {
      const { agentic, start } = await import('../../examples/hosts/nest-guard.ts')
      const app = await start()
      return { agentic, server: app.getHttpServer() }
    },
    async signIn(_url, user) {
      const { JwtService } = await import('@nestjs/jwt')
      const token = new JwtService({ secret: 'a secret of your own' }).sign({ sub: user })
      return { authorization: `Bearer ${token}` }
    },
    garbage: { authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.' },
  },
}

describe.each(Object.entries(examples))('signed in with %s', (_name, example) => {
  const home = process.cwd()
  let url = ''
  let stop = async (): Promise<void> => {}

  beforeAll(async () => {
    process.chdir(mkdtempSync(join(tmpdir(), 'agentic-sign-in-')))
    // Better Auth wants to know its own address.
    const port = await freePort()
    process.env['PORT'] = String(port)
    url = `http://localhost:${port}`
    process.env['BETTER_AUTH_URL'] = url
    const model = new ScriptedModel([modelResponse([assistantMessage('It is on its way.')])])
    setDefaultModelProvider({ getModel: () => model })
    const { agentic, server } = await example.load()
    if (!server.listening) await once(server, 'listening')
    stop = async () => {
      await agentic.close()
      server.closeAllConnections()
      server.close()
    }
  })
  afterAll(async () => {
    await stop()
    delete process.env['PORT']
    delete process.env['BETTER_AUTH_URL']
    process.chdir(home)
  })

  const ask = async (path: string, headers: Credentials) =>
    fetch(`${url}/agents/${path}`, { headers })

  test('each user has their own runs, and nobody has none', async () => {
    const ada = await example.signIn(url, 'ada')
    const bob = await example.signIn(url, 'bob')
    const order = { session_key: 'orders', input: 'Where is order 42?' }
    const submitted = await jsonPost(`${url}/agents/runs/`, order, ada)
    const { run_id: id } = await submitted.json()
    const stream = await ask(`runs/${id}/events/`, { ...ada, accept: 'text/event-stream' })
    expect(await stream.text()).toContain('It is on its way.')
    expect(await (await ask(`runs/${id}/`, ada)).json()).toMatchObject({ status: 'completed' })
    expect((await ask(`runs/${id}/`, bob)).status).toBe(404)
    expect(await (await ask('runs/', bob)).json()).toEqual({ runs: [], next_cursor: null })
    expect((await ask(`runs/${id}/`, {})).status).toBe(401)
    expect((await ask(`runs/${id}/`, example.garbage)).status).toBe(401)
  })

  const { signOut } = example
  if (signOut === undefined) return

  test('who has signed out is nobody', async () => {
    const ada = await example.signIn(url, 'ada')
    expect((await ask('runs/', ada)).status).toBe(200)
    expect((await signOut(url, ada)).ok).toBe(true)
    expect((await ask('runs/', ada)).status).toBe(401)
  })
})
