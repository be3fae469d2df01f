/** An answer in parts. A `Response` of them costs about half as much as all else about a status poll, and Node needs none. */
export interface Answer {
  status: number
  headers: Record<string, string>
  body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>> | null
}

export function toResponse({ body, ...init }: Answer): Response {
  return new Response(body, init)
}

/** Under this key `fetch` of an instance has what it is made of. */
export const inParts = Symbol('answers in parts')

export interface InParts<Original> {
  answer(request: Request, original?: Original): Promise<Answer>
  /**
   * A file for everyone, by its exact path and nothing else: no `Request` is needed. Null for everything that `answer`
   * knows better, such as one that the client may already have.
   */
  file(
    method: string | undefined,
    path: string,
    ifNoneMatch: string | null | undefined,
  ): Answer | null
}

export interface FetchInParts<Original> {
  (request: Request, original?: Original): Promise<Response>
  readonly [inParts]: InParts<Original>
}
