import { AgenticClientError, errorOf } from './error.ts'

export interface ClientOptions {
  /** Where the instance is mounted: `/agents` in a page of the same origin, else with scheme and host. */
  url: string
  /** Sent with every request; a function is asked each time, as for a token that changes. */
  headers?: HeadersInit | (() => HeadersInit | Promise<HeadersInit>)
  /** Instead of the global one. */
  fetch?: typeof fetch
}

export interface Asked {
  method?: 'POST'
  /** What the answer must be. */
  type?: 'application/json' | 'text/event-stream'
  headers?: Record<string, string>
  body?: object
  signal?: AbortSignal | undefined
}

/** The answer's head, when it is what was asked for. */
export type Ask = (path: string, asked: Asked) => Promise<Response>

/** Who says nothing for so long, not even a ping, is gone. */
export const silentMs = 45_000

export function requester({ url, headers = {}, fetch: send = fetch }: ClientOptions): Ask {
  const { location } = globalThis as { location?: { href: string } }
  // Throws what says so when it is none, or relative outside of a page.
  const base = new URL(url, location?.href).href.replace(/\/$/, '')
  return async (path, { method = 'GET', type = 'application/json', body, signal, ...asked }) => {
    const sent = new Headers(typeof headers === 'function' ? await headers() : headers)
    sent.set('accept', type)
    if (body !== undefined) sent.set('content-type', 'application/json')
    for (const [name, value] of Object.entries(asked.headers ?? {})) sent.set(name, value)
    const silence = new AbortController()
    const timer = setTimeout(() => silence.abort(), silentMs)
    // In Node it keeps no process alive that waits for nothing else.
    ;(timer as { unref?: () => void }).unref?.()
    const response = await send(`${base}/${path}`, {
      method,
      headers: sent,
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, silence.signal]) : silence.signal,
    }).catch((cause: unknown) => unreachable(cause, signal))
    // Of a stream its reader watches over what comes; any other answer is to be there whole by then.
    if (response.ok && type === 'text/event-stream') clearTimeout(timer)
    if (!response.ok) throw await errorOf(response)
    const { status } = response
    const got = response.headers.get('content-type') ?? 'nothing'
    if (status === 204 || got.startsWith(type)) return response
    const message = `Expected ${type}, got ${got}: is the \`url\` right, or does somebody in between want a sign-in?`
    throw new AgenticClientError('unexpected_answer', message, { status })
  }
}

/** Of a line that is broken or dead, unless its caller has given up. */
export function unreachable(cause: unknown, signal: AbortSignal | undefined): never {
  signal?.throwIfAborted()
  const message = 'The server could not be reached, or fell silent.'
  throw new AgenticClientError('network', message, { status: 0, cause })
}
