import { hash } from 'node:crypto'
import type { Answer } from '../core/answer.ts'

/** An answer that is whole. */
export interface TextAnswer extends Answer {
  body: string | null
}

const vary = 'HX-Request, Accept'

/** JSON that must not be kept. */
export function jsonAnswer(
  data: unknown,
  status = 200,
  headers: Record<string, string> = {},
): TextAnswer {
  return answer(JSON.stringify(data), status, { 'Content-Type': 'application/json', ...headers })
}

/** HTML that must not be kept. */
export function htmlAnswer(
  html: string,
  status = 200,
  headers: Record<string, string> = {},
): TextAnswer {
  return answer(html, status, { 'Content-Type': 'text/html; charset=utf-8', ...headers })
}

export function emptyAnswer(status: number, headers: Record<string, string> = {}): TextAnswer {
  return answer(null, status, headers)
}

/** The answer with an ETag, or 304 when that is what the client has: for what is asked again and again. */
export function revalidated(request: Request, answer: TextAnswer): TextAnswer {
  const etag = `"${hash('sha256', answer.body ?? '', 'base64url').slice(0, 22)}"`
  return known(request, etag, kept(answer, etag))
}

/** The answer for a client that keeps it, and asks before it uses it again. */
export function kept({ status, headers, body }: TextAnswer, etag: string): TextAnswer {
  const caching = { ETag: etag, 'Cache-Control': 'private, no-cache' }
  return { status, headers: { ...headers, ...caching }, body }
}

/** The answer, or 304 when the client has what has this ETag. */
export function known<A extends Answer>(request: Request, etag: string, answer: A): A | TextAnswer {
  if (!matches(request, etag)) return answer
  const { 'Content-Type': _, ...headers } = answer.headers
  return { status: 304, headers, body: null }
}

/** Whether the client says it has this version; compared weakly, as a compressing proxy marks ETags `W/`. */
export function matches(request: Request, etag: string): boolean {
  const asked = request.headers.get('if-none-match')
  if (asked === null || asked === etag) return asked === etag
  return asked.split(',').some((each) => ['*', etag].includes(each.trim().replace(/^W\//, '')))
}

function answer(body: string | null, status: number, headers: Record<string, string>): TextAnswer {
  return {
    status,
    headers: {
      Vary: vary,
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      ...headers,
    },
    body,
  }
}
