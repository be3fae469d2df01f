import jwt from '@fastify/jwt'
import { createAgentic } from 'agentic-node'
import { fastifyAgentic } from 'agentic-node/fastify'
import fastify, { type FastifyRequest } from 'fastify'
import { support } from './support.ts'
import { checkPassword } from './users.ts'

/** Nobody when there is no token, or one that is not ours, or not valid any more: all that is the caller's mistake. */
async function ownerOf(_request: Request, req: FastifyRequest): Promise<string | null> {
  try {
    const { sub } = await req.jwtVerify<{ sub: string }>()
    return sub
  } catch (error) {
    const { statusCode = 500 } = error as { statusCode?: number }
    if (statusCode < 500) return null
    throw error
  }
}

export const agentic = createAgentic({ agents: { support }, owner: ownerOf })

const app = fastify()
await app.register(jwt, { secret: process.env['JWT_SECRET'] ?? 'a secret of your own' })
app.post<{ Body: { username: string; password: string } }>('/sign-in', async ({ body }, reply) => {
  const user = checkPassword(body.username, body.password)
  if (user === null) return reply.code(401).send({ error: 'Wrong name or password.' })
  return { token: await reply.jwtSign({ sub: user.id }, { expiresIn: '1h' }) }
})
app.register(fastifyAgentic(agentic))
await app.listen({ port: Number(process.env['PORT'] ?? 3000) })
export const { server } = app
