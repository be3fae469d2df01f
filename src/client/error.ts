/**
 * An answer that is none. `code` is the server's; `http_<status>` where something in between answered, `network` where
 * nobody did, `unexpected_answer` where it was no answer to this.
 */
export class AgenticClientError extends Error {
  override readonly name = 'AgenticClientError'
  readonly code: string
  /** 0 where nobody answered. */
  readonly status: number
  /** When to try again, of an answer that says so. */
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

const longestPauseMs = 15_000

/**
 * How long to wait before the same is asked again: of what may soon be over, as a broken line, a deploy or a database
 * that is away, and of `also`. Throws everything else.
 */
export function pauseAfter(error: unknown, wantedMs: number, also = 0): number {
  if (!(error instanceof AgenticClientError)) throw error
  const { status } = error
  if (status !== 0 && status !== also && status < 502) throw error
  return Math.min(Math.max(wantedMs, 1000 * (error.retryAfterSeconds ?? 0)), longestPauseMs)
}
