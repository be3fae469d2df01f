/** An answer that is none. `code` is the server's, `http_<status>` where a proxy answered, `network` where nobody did. */
export class AgenticClientError extends Error {
  override readonly name = 'AgenticClientError'
  readonly code: string
  /** 0 where nobody answered. */
  readonly status: number
  /** When to try again, of a 429 or 503 that says so. */
  readonly retryAfterSeconds: number | undefined

  constructor(
    code: string,
    message: string,
    facts: { status: number; retryAfterSeconds?: number | undefined; cause?: unknown },
  ) {
    super(message, { cause: facts.cause })
    this.code = code
    this.status = facts.status
    this.retryAfterSeconds = facts.retryAfterSeconds
  }
}

export async function errorOf(response: Response): Promise<AgenticClientError> {
  const { status } = response
  const said = await response.json().catch(() => null) // a page of a proxy's, or a line cut short
  const retryAfterSeconds = Number(response.headers.get('retry-after')) || undefined
  const facts = { status, retryAfterSeconds }
  if (typeof said?.code === 'string') return new AgenticClientError(said.code, said.error, facts)
  return new AgenticClientError(`http_${status}`, `The server answered ${status}.`, facts)
}

/** Whether the same request may be answered soon: nobody answered, or somebody in between. */
export function isPassing(error: unknown): boolean {
  return error instanceof AgenticClientError && [0, 502, 503, 504].includes(error.status)
}
