import { createServer, type RequestListener } from 'node:http'
import { DatabaseSync } from 'node:sqlite'
import { getRequestListener } from '@hono/node-server'
import express, { type Request as ExpressRequest } from 'express'
import fastify, { type FastifyRequest } from 'fastify'
import { Hono } from 'hono'
import { runJson } from '../src/http/wire.ts'
import { createAgentic } from '../src/index.ts'
import { expressAgentic } from '../src/mount/express.ts'
import { fastifyAgentic } from '../src/mount/fastify.ts'
import { honoAgentic } from '../src/mount/hono.ts'
import { toRun, type RunRow } from '../src/store/run-rows.ts'

/**
 * One framework, with three routes: ours (`/agents/…`), a bare one that asks the same of the same database
 * (`/bare/:id`), and one that answers what our stylesheet is (`/bytes`).
 */
const { framework, database } = JSON.parse(process.argv[2] ?? '{}') as {
  framework: 'express' | 'fastify' | 'hono'
  database: string
}

const agentic = createAgentic({
  agents: {
    nobody: () => {
      throw new Error('nothing executes here')
    },
  },
  owner: (request) => request.headers.get('x-user'),
  concurrency: 0,
  database,
})
await agentic.start()
const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Hi' })

const query = new DatabaseSync(database.replace('file:', '')).prepare(
  `select r.*, i.input, i.context, null as blocked_by from agentic_run as r
   join agentic_run_input as i on i.run_id = r.id where r.id = ? and r.owner = ?`,
)
const bareRun = (runId: string, owner: string): unknown => {
  const row = query.get(runId, owner)
  return row === undefined ? null : runJson(toRun(row as unknown as RunRow))
}

const type = 'application/json'
const file = await agentic.fetch(new Request(`http://app${agentic.assetUrl('agentic.css')}`))
const bytes = await file.text()
const headers = Object.fromEntries(file.headers)

const listeners: Record<typeof framework, () => Promise<RequestListener>> = {
  async express() {
    const app = express().disable('x-powered-by').disable('etag')
    app.get('/bare/:id', (req, res) => {
      res.type(type).send(JSON.stringify(bareRun(req.params.id, req.header('x-user') ?? '')))
    })
    app.get('/bytes', (_req, res) => void res.set(headers).send(bytes))
    app.use(expressAgentic<ExpressRequest>(agentic))
    return app
  },
  async fastify() {
    const app = fastify()
    app.get<{ Params: { id: string } }>('/bare/:id', async (req, reply) => {
      const owner = req.headers['x-user']?.toString() ?? ''
      return reply.type(type).send(JSON.stringify(bareRun(req.params.id, owner)))
    })
    app.get('/bytes', async (_req, reply) => reply.headers(headers).send(bytes))
    await app.register(fastifyAgentic<FastifyRequest>(agentic))
    await app.ready()
    return (request, response) => app.routing(request, response)
  },
  async hono() {
    const app = new Hono()
    app.get('/bare/:id', (c) =>
      c.body(JSON.stringify(bareRun(c.req.param('id'), c.req.header('x-user') ?? '')), 200, {
        'Content-Type': type,
      }),
    )
    app.get('/bytes', (c) => c.body(bytes, 200, headers))
    app.all('/agents/*', honoAgentic(agentic))
    const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false })
    return (request, response) => void listener(request, response)
  },
}

const server = createServer(await listeners[framework]())
server.listen(0, '127.0.0.1', () =>
  process.send?.({
    port: (server.address() as { port: number }).port,
    id,
    file: agentic.assetUrl('agentic.css'),
  }),
)
process.on('disconnect', () => process.exit(0))
