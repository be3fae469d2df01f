import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { Hono, type Context } from 'hono'
import { compress } from 'hono/compress'
import { createAgentic } from 'agentic-node'
import { honoAgentic } from 'agentic-node/hono'
import { listening, settings, type StartHost } from './host.ts'

type Env = { Variables: { user: string | null } }

export const startHono: StartHost = async (plan) => {
  const agentic = createAgentic({
    ...settings(plan),
    owner: (_request, context: Context<Env>) => context.get('user'),
  })
  const app = new Hono<Env>()
  app.use(async (context, next) => {
    context.set('user', context.req.header('x-user') ?? null)
    await next()
    context.header('x-frame-options', 'DENY')
  })
  if (plan.before !== 'nothing before it') {
    app.use(compress())
    app.use(async (context, next) => {
      const type = context.req.method === 'GET' ? '' : (context.req.header('content-type') ?? '')
      if (type === 'application/json') await context.req.json()
      else if (type !== '') await context.req.parseBody()
      await next()
    })
  }
  app.all('/agents/*', honoAgentic<Context<Env>>(agentic))
  app.get('/', (context) => context.text('Hello'))
  return listening(createAdaptorServer({ fetch: app.fetch }) as Server, agentic)
}
