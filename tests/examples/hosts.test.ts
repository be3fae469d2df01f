import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Module } from '@nestjs/common'
import { setDefaultModelProvider } from '@openai/agents'
import { assistantMessage, modelResponse, ScriptedModel } from '@openai/agents/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Agentic } from 'agentic-node'
import { enterOwnFolder } from './own-folder.ts'

let folder: ReturnType<typeof enterOwnFolder>

class AppModule {
  readonly name = 'the app of the reader'
}
Module({})(AppModule)

beforeEach(() => {
  folder = enterOwnFolder()
  process.env['PORT'] = '0'
})
afterEach(() => {
  delete process.env['PORT']
  folder.goHome()
})

type Ask = Omit<RequestInit, 'headers'> & { headers?: Record<string, string> }

interface Example {
  agentic: Pick<Agentic, 'close'>
  server: Server
}

const examples: [string, () => Promise<unknown>][] = [
  ['node:http', async () => import('../../examples/hosts/node.ts')],
  ['Express', async () => import('../../examples/hosts/express.ts')],
  ['Fastify', async () => import('../../examples/hosts/fastify.ts')],
  ['Hono', async () => import('../../examples/hosts/hono.ts')],
  [
    'NestJS',
    async () => {
      const { agentic, start } = await import('../../examples/hosts/nest.ts')
      const app = await start(AppModule)
      return { agentic, server: app.getHttpServer() }
    },
  ],
]

test.each(examples)(
  'the documented lines for %s run an agent for who is signed in',
  async (_name, load) => {
    const model = new ScriptedModel([modelResponse([assistantMessage('It is on its way.')])])
    setDefaultModelProvider({ getModel: () => model })
    const { agentic, server } = (await load()) as Example
    if (!server.listening) await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/agents/runs/`
    const ask = async (path: string, init: Ask, user = 'ada') =>
      fetch(`${url}${path}`, { ...init, headers: { 'x-user': user, ...init.headers } })
    try {
      const submitted = await ask('', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ session_key: 'orders', input: 'Where is order 42?' }),
      })
      const { run_id: id } = await submitted.json()
      const stream = await ask(`${id}/events/`, { headers: { accept: 'text/event-stream' } })
      expect(await stream.text()).toContain('It is on its way.')
      expect(await (await ask(`${id}/`, {})).json()).toMatchObject({ status: 'completed' })
      expect((await ask(`${id}/`, {}, 'bob')).status).toBe(404)
      expect((await fetch(url)).status).toBe(401)
    } finally {
      await agentic.close()
      server.closeAllConnections()
      server.close()
    }
  },
)
