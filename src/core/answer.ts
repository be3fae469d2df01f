/** An answer in parts. A `Response` of them costs about half as much as all else about a status poll, and Node needs none. */
export interface Answer {
  status: number
  headers: Record<string, string>
  body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>> | null
}

export function toResponse({ body, ...init }: Answer): Response {
  return new Response(body, init)
}

/** Under this key `fetch` of an instance has itself without the making of a `Response`. */
export const inParts = Symbol('answers in parts')

export interface FetchInParts<Original> {
  (request: Request, original?: Original): Promise<Response>
  readonly [inParts]: (request: Request, original?: Original) => Promise<Answer>
}
