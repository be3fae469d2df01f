import type { IncomingMessage, ServerResponse } from 'node:http'
import { withoutTrailingSlash } from '../core/base-path.ts'
import type { Mounted } from './mounted.ts'
import { nodeHandler } from './node.ts'

export type { Mounted } from './mounted.ts'

/** What is needed of a request of Fastify. */
export interface FastifyRequestLike {
  raw: IncomingMessage
  body?: unknown
}

/** What is needed of a reply of Fastify. */
export interface FastifyReplyLike {
  raw: ServerResponse
  getHeaders(): Record<string, number | string | string[] | undefined>
  hijack(): unknown
}

interface FastifyLike<Req> {
  readonly prefix: string
  removeAllContentTypeParsers(): void
  addContentTypeParser(
    type: string,
    parser: (request: Req, payload: unknown, done: (error: Error | null) => void) => void,
  ): unknown
  all(path: string, handler: (request: Req, reply: FastifyReplyLike) => Promise<void>): unknown
}

/**
 * The instance as a plugin of Fastify, in a scope of its own: the app's hooks run before it, its body parsers do not. The
 * `owner` resolver is given the request of Fastify besides.
 *
 * @example
 * app.register(fastifyAgentic(agentic))
 */
export function fastifyAgentic<Req extends FastifyRequestLike>(
  agentic: Mounted<Req>,
): (scope: FastifyLike<Req>) => Promise<void> {
  return async (scope) => {
    if (scope.prefix !== '') throw underPrefix(scope.prefix, agentic.basePath)
    const handler = fastifyHandler(agentic)
    scope.removeAllContentTypeParsers()
    // The stream is left for us to read.
    scope.addContentTypeParser('*', ({ raw }, payload, done) =>
      done(payload === raw ? null : replaced),
    )
    const base = withoutTrailingSlash(agentic.basePath)
    for (const path of base === '' ? ['/*'] : [base, `${base}/*`]) scope.all(path, handler)
  }
}

/**
 * The instance as the handler of a route of the app's own, behind that route's hooks or a guard of NestJS, for all
 * methods and everything under `basePath`. Bodies are read by the app's parsers.
 *
 * @example
 * app.all('/agents/*', { preHandler: app.authenticate }, fastifyHandler(agentic))
 */
export function fastifyHandler<Req extends FastifyRequestLike>(
  agentic: Mounted<Req>,
): (request: Req, reply: FastifyReplyLike) => Promise<void> {
  const handle = nodeHandler<Req>(agentic, (incoming) => (incoming as Carrier<Req>)[carried])
  return async (request, reply) => {
    const raw = request.raw as Carrier<Req>
    raw[carried] = request
    if (request.body !== undefined) raw.body = request.body
    // What hooks have set, as those for CORS do, is lost with the reply otherwise.
    const headers = reply.getHeaders()
    for (const name in headers) {
      const value = headers[name]
      if (value !== undefined) reply.raw.setHeader(name, value)
    }
    reply.hijack()
    return handle(raw, reply.raw)
  }
}

/** Where a request of Node has Fastify's own. */
const carried = Symbol('request of Fastify')
type Carrier<Req> = IncomingMessage & { [carried]: Req; body?: unknown }

const replaced = new Error(
  'A `preParsing` hook has replaced the body of a request to Agentic Node, which reads bodies itself. Register it in a scope without that hook.',
)

function underPrefix(prefix: string, basePath: string): Error {
  return new Error(
    `Agentic Node answers under its \`basePath\`, which is ${basePath}, and was registered under the prefix ${prefix}. Register it without one, and make the prefix a part of \`basePath\`.`,
  )
}
