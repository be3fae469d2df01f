import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { inParts, toResponse, type Answer } from '../core/answer.ts'
import { isUnder, originForm } from '../core/base-path.ts'
import type { Mounted } from './mounted.ts'
import { mayHaveBody, withParsedBody } from './parsed-body.ts'

export type { Mounted } from './mounted.ts'

/**
 * Answers a request of Node's `http`; hands on to `next`, when there is one, what is not under the instance's
 * `basePath`. Resolves when that is done; never rejects.
 */
export type NodeHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: () => unknown,
) => Promise<void>

/**
 * The instance for a server of `node:http`, and what the mounts for frameworks on top of it are made of. The `owner`
 * resolver is given the request of `node:http` besides, or what `originalOf` makes of it.
 *
 * @example
 * const handle = nodeHandler(agentic)
 * createServer((request, response) => void handle(request, response, () => response.end('Hello')))
 */
export function nodeHandler(agentic: Mounted<IncomingMessage>): NodeHandler
export function nodeHandler<Original>(
  agentic: Mounted<Original>,
  originalOf: (incoming: IncomingMessage) => Original,
): NodeHandler
export function nodeHandler(
  agentic: Mounted<never>,
  originalOf: (incoming: IncomingMessage) => unknown = (incoming) => incoming,
): NodeHandler {
  const parts = agentic.fetch[inParts]
  const answer = getRequestListener(
    async (request, { incoming, outgoing }) => {
      const raw = incoming as IncomingMessage & { body?: unknown }
      // Somebody before us has taken the body from the stream.
      const isTaken = raw.readableDidRead && mayHaveBody(request)
      const asked = isTaken ? withParsedBody(request, raw) : request
      const original = originalOf(raw) as never
      if (parts === undefined) return agentic.fetch(asked, original)
      return send(await parts.answer(asked, original), outgoing as ServerResponse)
    },
    // Other users of the process keep their own Request and Response.
    { overrideGlobalObjects: false },
  )
  return async (request, response, next) => {
    const { method, headers } = request
    const url = originForm(request.url ?? '')
    if (next !== undefined && !isUnder(agentic.basePath, url)) {
      next()
      return
    }
    const file = parts?.file(method, url, headers['if-none-match']) ?? null
    if (file !== null && !response.headersSent) {
      send(file, response)
      return
    }
    // Somebody listens to the body, as a counter of bytes does: until we read there is to be nothing more to hear.
    if (request.readableFlowing === true) request.pause()
    request.url = url
    await answer(request, response)
  }
}

/** Writes an answer that is whole as Node does it fastest; a stream is left to the adapter. */
function send(answer: Answer, outgoing: ServerResponse): Response {
  const { status, headers, body } = answer
  if (body instanceof ReadableStream) return toResponse(answer)
  if (body === null) outgoing.writeHead(status, headers).end()
  else {
    const length = Buffer.byteLength(body)
    outgoing.writeHead(status, { ...headers, 'Content-Length': length }).end(body)
  }
  return RESPONSE_ALREADY_SENT
}
