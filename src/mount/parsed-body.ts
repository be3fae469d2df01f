const bodiless = new Set(['GET', 'HEAD', 'TRACE'])

/** Others are refused one by `Request`, and need none. */
export function mayHaveBody({ method }: Request): boolean {
  return !bodiless.has(method)
}

/** A request whose body the framework's parser has taken: with that body again, as the client meant it. */
export function withParsedBody(request: Request, { body }: { body?: unknown }): Request {
  const type = request.headers.get('content-type')?.toLowerCase() ?? ''
  const isForm = /^(application\/x-www-form-urlencoded|multipart\/form-data)/.test(type)
  const headers = new Headers(request.headers)
  // Whatever it was, it has this length no more, and is not compressed any more.
  headers.delete('content-length')
  headers.delete('content-encoding')
  if (isForm && isFields(body)) headers.set('content-type', 'application/x-www-form-urlencoded')
  return withBody(
    request,
    headers,
    body === undefined ? lostBody() : lazily(() => toBytes(body, isForm)),
  )
}

export function withBody(
  { url, method, signal }: Request,
  headers: Headers,
  body: BodyInit,
): Request {
  const init = { method, headers, signal, body, duplex: 'half' }
  return new Request(url, init)
}

/** What it fails with is logged where the body is read, and the client is answered 500. */
export function lostBody(): ReadableStream {
  const error = new Error(
    'The body of this request was read before it came to Agentic Node, and was left nowhere. Mount Agentic Node before what reads bodies, or let that leave in `request.body` what it read.',
  )
  return new ReadableStream({ start: (controller) => controller.error(error) })
}

/** Made when it is read, so that what cannot be made again fails where bodies are read. */
function lazily(make: () => Uint8Array): ReadableStream {
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(make())
      controller.close()
    },
  })
}

function toBytes(body: unknown, isForm: boolean): Uint8Array {
  if (body instanceof Uint8Array) return body
  const text =
    typeof body === 'string' ? body : isForm && isFields(body) ? toForm(body) : JSON.stringify(body)
  return new TextEncoder().encode(text)
}

function isFields(body: unknown): body is object {
  return typeof body === 'object' && body !== null && !(body instanceof Uint8Array)
}

/**
 * Nested values get the names that a parser of nested forms had made them from. A form has no null: some parsers make that
 * of what is empty.
 */
function toForm(fields: object): string {
  const form = new URLSearchParams()
  const add = (name: string, value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) add(name, one)
    else if (isFields(value)) {
      for (const [key, inner] of Object.entries(value)) add(`${name}[${key}]`, inner)
    } else if (value !== undefined) form.append(name, String(value ?? ''))
  }
  for (const [name, value] of Object.entries(fields)) add(name, value)
  return form.toString()
}
