import { DatabaseSync } from 'node:sqlite'
import { serve } from '@hono/node-server'
import { createAgentic } from 'agentic-node'
import { honoAgentic } from 'agentic-node/hono'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { Hono } from 'hono'
import { support } from './support.ts'

const auth = betterAuth({
  database: new DatabaseSync('auth.db'),
  secret: process.env['BETTER_AUTH_SECRET'] ?? 'a secret of your own, 32 characters or more',
  baseURL: process.env['BETTER_AUTH_URL'] ?? 'http://localhost:3000',
  emailAndPassword: { enabled: true },
})
await (await getMigrations(auth.options)).runMigrations()

export const agentic = createAgentic({
  agents: { support },
  owner: async ({ headers }) => (await auth.api.getSession({ headers }))?.user.id ?? null,
})

const app = new Hono()
app.on(['GET', 'POST'], '/api/auth/*', (c) => auth.handler(c.req.raw))
app.all('/agents/*', honoAgentic(agentic))
export const server = serve({ fetch: app.fetch, port: Number(process.env['PORT'] ?? 3000) })
