import type { IncomingMessage, ServerResponse } from 'node:http'
import { isUnder, originForm } from '../core/base-path.ts'
import type { Mounted } from './mounted.ts'
import { nodeHandler } from './node.ts'

export type { Mounted } from './mounted.ts'

/** What is needed of a request of Express. */
export type ExpressRequestLike = IncomingMessage & { originalUrl?: string }

export type ExpressMiddleware<Req> = (
  request: Req,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void

/**
 * The instance as middleware of Express (or Connect): answers what is under its `basePath` and passes everything else
 * on. Before or after body parsers, at the root or under a path of the app's. The `owner` resolver is given the request
 * of Express besides.
 *
 * @example
 * app.use(expressAgentic(agentic))
 */
export function expressAgentic<Req extends ExpressRequestLike>(
  agentic: Mounted<Req>,
): ExpressMiddleware<Req> {
  const handle = nodeHandler<Req>(agentic, (incoming) => incoming as Req)
  return (request, response, next) => {
    const url = originForm(request.originalUrl ?? request.url ?? '')
    if (!isUnder(agentic.basePath, url)) return next()
    // Express takes off the path that middleware is used under.
    request.url = url
    void handle(request, response)
  }
}
