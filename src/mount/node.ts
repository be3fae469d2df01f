import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { Mounted } from './mounted.ts'
import { withParsedBody } from './parsed-body.ts'

export type { Mounted } from './mounted.ts'

/** Answers a request of Node's `http`. Resolves when it is answered; never rejects. */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/**
 * The instance for a server of `node:http`, and what the mounts for frameworks on top of it are made of. `hostOf` says
 * what the `owner` resolver is given as the host; by default the request of `node:http` itself.
 *
 * @example
 * const handle = nodeHandler(agentic)
 * createServer((request, response) => {
 *   if (request.url?.startsWith('/agents')) void handle(request, response)
 *   else response.end('Hello')
 * })
 */
export function nodeHandler<Host = IncomingMessage>(
  agentic: Mounted<Host>,
  hostOf: (incoming: IncomingMessage) => Host = (incoming) => incoming as Host,
): NodeHandler {
  return getRequestListener(
    async (request, { incoming }) => {
      const raw = incoming as IncomingMessage
      // Somebody before us has taken the body from the stream.
      const isTaken = raw.readableDidRead
      return agentic.fetch(
        isTaken ? withParsedBody(request, raw as { body?: unknown }) : request,
        hostOf(raw),
      )
    },
    // Other users of the process keep their own Request and Response.
    { overrideGlobalObjects: false },
  )
}
