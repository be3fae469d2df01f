import { createHash } from 'node:crypto'

const vary = 'HX-Request, Accept'

/** JSON that must not be kept. */
export function jsonAnswer(
  data: unknown,
  status = 200,
  headers: Record<string, string> = {},
): Response {
  return answer(JSON.stringify(data), status, { 'Content-Type': 'application/json', ...headers })
}

/** HTML that must not be kept. */
export function htmlAnswer(
  html: string,
  status = 200,
  headers: Record<string, string> = {},
): Response {
  return answer(html, status, { 'Content-Type': 'text/html; charset=utf-8', ...headers })
}

export function emptyAnswer(status: number, headers: Record<string, string> = {}): Response {
  return answer(null, status, headers)
}

/** The answer with an ETag, or 304 when that is what the client has: for what is asked again and again. */
export async function revalidated(request: Request, response: Response): Promise<Response> {
  const body = await response.text()
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
  const headers = new Headers(response.headers)
  headers.set('ETag', etag)
  headers.set('Cache-Control', 'private, no-cache')
  if (!matches(request, etag)) return new Response(body, { status: response.status, headers })
  headers.delete('Content-Type')
  return new Response(null, { status: 304, headers })
}

/** Whether the client says it has this version; compared weakly, as a compressing proxy marks ETags `W/`. */
export function matches(request: Request, etag: string): boolean {
  const asked = request.headers.get('if-none-match')
  if (asked === null) return false
  return asked.split(',').some((each) => ['*', etag].includes(each.trim().replace(/^W\//, '')))
}

function answer(body: string | null, status: number, headers: Record<string, string>): Response {
  return new Response(body, {
    status,
    headers: {
      Vary: vary,
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      ...headers,
    },
  })
}
