import type { Mounted } from './mounted.ts'
import { lostBody, mayHaveBody, withBody } from './parsed-body.ts'

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
 * The instance as a handler of Hono; also after middleware that has read the body. The `owner` resolver is given the
 * context besides.
 *
 * @example
 * app.all('/agents/*', honoAgentic(agentic))
 */
export function honoAgentic<C extends HonoContextLike>(
  agentic: Mounted<C>,
): (context: C) => Promise<Response> {
  return async (context) => {
    const { raw } = context.req
    return agentic.fetch(raw.bodyUsed && mayHaveBody(raw) ? await again(context) : raw, context)
  }
}

/** Hono keeps what middleware read through it, in whatever form that asked for. */
async function again({ req }: HonoContextLike): Promise<Request> {
  const headers = new Headers(req.raw.headers)
  headers.delete('content-length')
  const type = headers.get('content-type')?.toLowerCase() ?? ''
  const isForm = /^(application\/x-www-form-urlencoded|multipart\/form-data)/.test(type)
  const raw = async () => req.arrayBuffer().catch(lostBody)
  const body = isForm ? await req.formData().catch(raw) : await raw()
  // It gets a boundary of its own, named by the new request.
  if (body instanceof FormData) headers.delete('content-type')
  return withBody(req.raw, headers, body)
}
