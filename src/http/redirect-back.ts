import type { Answer } from '../core/answer.ts'
import { emptyAnswer } from './answer.ts'
import type { HttpConfig } from './deps.ts'
import { isPlainForm } from './wants.ts'

/**
 * For a form sent without JavaScript: back to the page it was on. Null when the request is none, or does not say
 * which page of this site that was.
 */
export function redirectBack(config: HttpConfig, request: Request): Answer | null {
  if (!isPlainForm(request)) return null
  const page = URL.parse(request.headers.get('referer') ?? '')
  if (page === null || !isOwnPage(config, request, page)) return null
  // A path only, and with one leading slash: `//host` would lead to another site.
  const path = page.pathname.replace(/^\/+/, '/') + page.search
  return emptyAnswer(303, { Location: path })
}

/** Behind a proxy the request's own address is internal; the browser's word about the sender still holds. */
function isOwnPage({ publicOrigin }: HttpConfig, request: Request, page: URL): boolean {
  if (request.headers.get('sec-fetch-site') === 'same-origin') return true
  return page.origin === (publicOrigin ?? new URL(request.url).origin)
}
