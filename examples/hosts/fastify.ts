import { createAgentic } from 'agentic-node'
import { fastifyAgentic } from 'agentic-node/fastify'
import fastify, { type FastifyRequest } from 'fastify'
import { support } from './support.ts'

export const agentic = createAgentic({
  agents: { support },
  // Whatever your hooks left on the request; with @fastify/jwt: `req.user.sub`.
  owner: (_request, req: FastifyRequest) => req.headers['x-user']?.toString() ?? null,
})

const app = fastify()
app.register(fastifyAgentic(agentic))
await app.listen({ port: Number(process.env['PORT'] ?? 3000) })
export const { server } = app
