import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Mounted } from './mounted.ts'
import { nodeHandler } from './node.ts'

export type { Mounted } from './mounted.ts'

/** What is needed of a request of Fastify. */
export interface FastifyRequestLike {
  raw: IncomingMessage
}

interface FastifyReplyLike {
  raw: ServerResponse
  hijack(): unknown
}

interface FastifyLike<Req> {
  removeAllContentTypeParsers(): void
  addContentTypeParser(
    type: string,
    parser: (request: Req, payload: unknown, done: (error: null) => void) => void,
  ): unknown
  all(path: string, handler: (request: Req, reply: FastifyReplyLike) => Promise<void>): unknown
}

/**
 * The instance as a plugin of Fastify, in a scope of its own: hooks of the app run before it, its body parsers do not.
 *
 * @example
 * app.register(fastifyAgentic(agentic))
 */
export function fastifyAgentic<Req extends FastifyRequestLike>(
  agentic: Mounted<Req>,
): (scope: FastifyLike<Req>) => Promise<void> {
  return async (scope) => {
    const requests = new WeakMap<IncomingMessage, Req>()
    const handle = nodeHandler<Req>(agentic, (incoming) => requests.get(incoming) as Req)
    scope.removeAllContentTypeParsers()
    // The stream is left for us to read.
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
    const base = agentic.basePath.endsWith('/') ? agentic.basePath.slice(0, -1) : agentic.basePath
    for (const path of base === '' ? ['/*'] : [base, `${base}/*`]) {
      scope.all(path, async (request, reply) => {
        requests.set(request.raw, request)
        reply.hijack()
        await handle(request.raw, reply.raw)
      })
    }
  }
}
