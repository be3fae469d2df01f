import { once } from 'node:events'
import type { Server } from 'node:http'
import { DatabaseSync } from 'node:sqlite'
import type { INestApplication } from '@nestjs/common'
import { setDefaultModelProvider } from '@openai/agents'
import { assistantMessage, modelResponse, ScriptedModel } from '@openai/agents/testing'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Agentic } from 'agentic-node'
import { freePort } from '../support/free-port.ts'
import { enterOwnFolder } from './own-folder.ts'

/** What a browser or an app sends along once somebody has signed in. */
type Credentials = Record<string, string>

interface Example {
  load(): Promise<{ agentic: Pick<Agentic, 'close'>; server: Server }>
  signIn(url: string, user: string): Promise<Credentials>
  /** Where the server can end it; a token ends by itself. */
  signOut?(url: string, credentials: Credentials): Promise<Response>
  /** For how long it lasts at most. */
  lastsDays: number
  garbage: Credentials[]
  /** Takes away what the library looks at, where it looks at something when it is asked. */
  breakDown?(): void
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

const withToken = {
  async signIn(url: string, user: string) {
    const { token } = await (await jsonPost(`${url}/sign-in`, passwordOf(user))).json()
    return { authorization: `Bearer ${token}` }
  },
  lastsDays: 1,
  garbage: [
    { authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.' },
    { authorization: 'Bearer not a token' },
    { authorization: 'Basic YWRhOmFkYQ==' },
  ],
}

async function started({
  agentic,
  start,
}: {
  agentic: Agentic
  start(): Promise<INestApplication>
}) {
  const app = await start()
  return { agentic, server: app.getHttpServer() as Server }
}

const examples: Record<string, Example> = {
  'express-session and Passport': {
    load: async () => import('../../examples/hosts/express-passport.ts'),
    signIn: async (url, user) => cookiesOf(await jsonPost(`${url}/sign-in`, passwordOf(user))),
    signOut: async (url, who) => jsonPost(`${url}/sign-out`, {}, who),
    lastsDays: 1,
    garbage: [{ cookie: 'connect.sid=s%3Anobody.signed-this' }],
  },
  '@fastify/jwt': {
    ...withToken,
    load: async () => import('../../examples/hosts/fastify-jwt.ts'),
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
    lastsDays: 8,
    garbage: [{ cookie: 'better-auth.session_token=nobody.signed-this' }],
    breakDown() {
      const database = new DatabaseSync('auth.db')
      database.exec('alter table session rename to gone')
      database.close()
    },
  },
  'a guard of NestJS on Express': {
    ...withToken,
    load: async () => started(await import('../../examples/hosts/nest-guard.ts')),
  },
  'a guard of NestJS on Fastify': {
    ...withToken,
    load: async () => started(await import('../../examples/hosts/nest-guard-fastify.ts')),
  },
}

describe.each(Object.entries(examples))('signed in with %s', (_name, example) => {
  let folder: ReturnType<typeof enterOwnFolder>
  let url = ''
  let stop = async (): Promise<void> => {}

  beforeAll(async () => {
    folder = enterOwnFolder()
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
  afterEach(() => void vi.useRealTimers())
  afterAll(async () => {
    await stop()
    delete process.env['PORT']
    delete process.env['BETTER_AUTH_URL']
    folder.goHome()
  })

  const ask = async (path: string, headers: Credentials) =>
    fetch(`${url}/agents/${path}`, { headers })
  const submit = async (who: Credentials) =>
    jsonPost(`${url}/agents/runs/`, { session_key: 'orders', input: 'Where is order 42?' }, who)

  test('each user has their own runs, and nobody has none', async () => {
    const ada = await example.signIn(url, 'ada')
    const bob = await example.signIn(url, 'bob')
    const { run_id: id } = await (await submit(ada)).json()
    const stream = await ask(`runs/${id}/events/`, { ...ada, accept: 'text/event-stream' })
    expect(await stream.text()).toContain('It is on its way.')
    expect(await (await ask(`runs/${id}/`, ada)).json()).toMatchObject({ status: 'completed' })
    expect((await ask(`runs/${id}/`, bob)).status).toBe(404)
    expect(await (await ask('runs/', bob)).json()).toEqual({ runs: [], next_cursor: null })
    for (const nobody of [{}, ...example.garbage]) {
      expect((await ask(`runs/${id}/`, nobody)).status).toBe(401)
      expect((await submit(nobody)).status).toBe(401)
    }
  })

  test('what has expired is nobody', async () => {
    const ada = await example.signIn(url, 'ada')
    expect((await ask('runs/', ada)).status).toBe(200)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + example.lastsDays * 86_400_000 })
    expect((await ask('runs/', ada)).status).toBe(401)
  })

  const { signOut, breakDown } = example

  test.each(signOut === undefined ? [] : [signOut])(
    'who has signed out is nobody, and their open stream is not renewed',
    async (signOut) => {
      const ada = await example.signIn(url, 'ada')
      vi.useFakeTimers({
        toFake: ['setInterval', 'clearInterval'],
        shouldClearNativeTimers: true,
      })
      const asStream = { ...ada, accept: 'text/event-stream' }
      const stream = await ask('sessions/orders/events/', asStream)
      const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader()
      expect((await reader.read()).value).toContain('retry: 1000')
      expect((await signOut(url, ada)).ok).toBe(true)
      expect((await ask('runs/', ada)).status).toBe(401)
      await vi.advanceTimersByTimeAsync(5 * 60_000 + 1)
      while (!(await reader.read()).done);
      expect((await ask('sessions/orders/events/', asStream)).status).toBe(401)
    },
  )

  test.each(breakDown === undefined ? [] : [breakDown])(
    'a library that cannot say who asks is 503, not 401 or 500',
    async (breakDown) => {
      const ada = await example.signIn(url, 'ada')
      breakDown()
      const answer = await ask('runs/', ada)
      expect([answer.status, (await answer.json()).code]).toEqual([503, 'owner_unavailable'])
    },
  )
})
