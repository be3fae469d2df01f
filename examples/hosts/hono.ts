import { serve } from '@hono/node-server'
import { createAgentic } from 'agentic-node'
import { honoAgentic } from 'agentic-node/hono'
import { Hono, type Context } from 'hono'
import { support } from './support.ts'

export const agentic = createAgentic({
  agents: { support },
  // Whatever your middleware set; with `c.set('user', …)`: `c.get('user')?.id ?? null`.
  owner: (_request, c: Context) => c.req.header('x-user') ?? null,
})

const app = new Hono()
app.all('/agents/*', honoAgentic(agentic))
export const server = serve({ fetch: app.fetch, port: Number(process.env['PORT'] ?? 3000) })
