import compress from '@fastify/compress'
import formbody from '@fastify/formbody'
import fastify, { type FastifyRequest } from 'fastify'
import { createAgentic } from 'agentic-node'
import { fastifyAgentic } from 'agentic-node/fastify'
import { listening, settings, type StartHost } from './host.ts'

type Asked = FastifyRequest & { visitor?: string | null }

export const startFastify: StartHost = async (plan) => {
  const agentic = createAgentic({
    ...settings(plan),
    owner: (_request, { visitor }: Asked) => visitor ?? null,
  })
  const app = fastify()
  app.decorateRequest('visitor', null)
  app.addHook('onRequest', async (request: Asked, reply) => {
    reply.header('x-frame-options', 'DENY')
    request.visitor = request.headers['x-user']?.toString() ?? null
  })
  if (plan.before !== 'nothing before it') {
    await app.register(compress)
    await app.register(formbody)
  }
  app.register(fastifyAgentic<Asked>(agentic))
  app.get('/', async () => 'Hello')
  await app.listen({ port: 0, host: '127.0.0.1' })
  const running = await listening(app.server, agentic)
  return {
    ...running,
    close: async () => Promise.all([running.close(), app.close()]).then(() => {}),
  }
}
