import type { IncomingMessage } from 'node:http'
import type { Request as ExpressRequest } from 'express'
import type { FastifyRequest } from 'fastify'
import { expectTypeOf, test } from 'vitest'
import { createAgentic, type Agentic } from 'agentic-node'
import { expressAgentic } from 'agentic-node/express'
import { fastifyAgentic } from 'agentic-node/fastify'
import { nodeHandler } from 'agentic-node/node'

/** Compiled and never called. */
export function mounts() {
  const agents = { desk: () => Promise.reject(new Error('never built')) }
  const plain = createAgentic({ agents, owner: (request) => request.headers.get('x-user') })
  const forExpress = createAgentic({
    agents,
    owner: (_request, original: ExpressRequest) => original.header('x-user') ?? null,
  })
  const forFastify = createAgentic({
    agents,
    owner: (_request, original: FastifyRequest) => original.id,
  })
  const request = new Request('http://app.test/agents/runs/')
  void plain.fetch(request)
  expressAgentic(plain)
  expressAgentic(forExpress)
  fastifyAgentic(forFastify)
  nodeHandler(forExpress, (incoming) => incoming as ExpressRequest)
  // @ts-expect-error -- the resolver looks at the request of Express
  void forExpress.fetch(request)
  // @ts-expect-error -- of Express, not of Fastify
  expressAgentic(forFastify)
  // @ts-expect-error -- nothing makes a request of Express of that of node:http
  nodeHandler(forExpress)
}

test('an instance whose resolver needs nothing of a framework can be mounted in any', () => {
  expectTypeOf<Agentic<'desk'>>().toExtend<{
    fetch: (request: Request, original: IncomingMessage) => Promise<Response>
  }>()
})
