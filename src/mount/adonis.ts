import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import type { Mounted } from './mounted.ts'
import { mayHaveBody, withBody, withParsedBody } from './parsed-body.ts'

export type { Mounted } from './mounted.ts'

/** What is needed of a context of AdonisJS. */
export interface AdonisContextLike {
  request: AdonisRequestLike
  response: AdonisResponseLike
}

export interface AdonisRequestLike {
  request: IncomingMessage
  protocol(): string
  host(): string | null
  raw(): string | null
  body(): object
}

export interface AdonisResponseLike {
  status(code: number): unknown
  header(name: string, value: string): unknown
  append(name: string, value: string): unknown
  stream(body: Readable): unknown
}

/**
 * The instance as the handler of a route of AdonisJS, behind whatever middleware the app has. The `owner` resolver is
 * given the `HttpContext` besides.
 *
 * @example
 * router.any('/agents/*', adonisAgentic(agentic))
 */
export function adonisAgentic<C extends AdonisContextLike>(
  agentic: Mounted<C>,
): (context: C) => Promise<void> {
  return async (context) => {
    const { request, response } = context
    const url = `${request.protocol()}://${request.host() ?? ''}${request.request.url ?? ''}`
    if (!URL.canParse(url)) return void response.status(400)
    give(await agentic.fetch(toRequest(url, request), context), response)
  }
}

/** Bodies that a parser took as text are that text again, to the letter. */
function toRequest(url: string, request: AdonisRequestLike): Request {
  const { request: incoming } = request
  const headers = new Headers()
  for (const [name, values = []] of Object.entries(incoming.headersDistinct)) {
    for (const value of values) headers.append(name, value)
  }
  const bodiless = new Request(url, { method: incoming.method ?? 'GET', headers })
  if (!mayHaveBody(bodiless)) return bodiless
  return incoming.readableDidRead
    ? withParsedBody(bodiless, { body: request.raw() ?? request.body() })
    : withBody(bodiless, headers, Readable.toWeb(incoming) as ReadableStream)
}

/**
 * Left for AdonisJS to send when the route's middleware is done, and not written past it: a session is then committed
 * when the stream begins, with its cookie, and not minutes later over one that has ended meanwhile.
 */
function give({ status, headers, body }: Response, response: AdonisResponseLike): void {
  response.status(status)
  for (const [name, value] of headers) {
    // The app may have said something of these.
    if (name === 'vary' || name === 'set-cookie') response.append(name, value)
    else response.header(name, value)
  }
  if (body !== null) response.stream(Readable.fromWeb(body as NodeReadableStream))
}
