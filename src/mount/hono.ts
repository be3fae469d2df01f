import type { Mounted } from './mounted.ts'

export type { Mounted } from './mounted.ts'

/** What is needed of a context of Hono. */
export interface HonoContextLike {
  req: {
    raw: Request
    arrayBuffer(): Promise<ArrayBuffer>
    formData(): Promise<FormData>
  }
}

/**
 * The instance as a handler of Hono; also after middleware that has read the body.
 *
 * @example
 * app.all('/agents/*', honoAgentic(agentic))
 */
export function honoAgentic<C extends HonoContextLike>(
  agentic: Mounted<C>,
): (context: C) => Promise<Response> {
  return async (context) => {
    const { raw } = context.req
    return agentic.fetch(raw.bodyUsed ? await again(context) : raw, context)
  }
}

/** Hono keeps what middleware read, in whatever form that asked for. */
async function again({ req }: HonoContextLike): Promise<Request> {
  const { url, method, signal } = req.raw
  const headers = new Headers(req.raw.headers)
  headers.delete('content-length')
  const isMultipart = headers.get('content-type')?.startsWith('multipart/form-data')
  // It gets a boundary of its own, named by the new request.
  if (isMultipart) headers.delete('content-type')
  const body = isMultipart ? await req.formData() : await req.arrayBuffer()
  return new Request(url, { method, headers, signal, body })
}
