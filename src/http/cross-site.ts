import { AgenticError } from '../core/errors.ts'
import type { HttpConfig } from './deps.ts'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Schemes whose credentials a browser sends by itself, also for a page of another site. */
const ambientSchemes = new Set(['basic', 'digest', 'negotiate', 'ntlm'])

/** What a browser loads into a part of a page. */
const partsOfPages = new Set(['iframe', 'frame', 'embed', 'object', 'fencedframe'])

/**
 * Refuses an unsafe request that a page of another site may have made in the name of its reader, and to be shown inside
 * such a page, which could have its reader press a button that it hides.
 */
export function refuseCrossSite(config: HttpConfig, request: Request): void {
  if (isFramedByAnother(request.headers)) {
    throw new AgenticError(
      'cross_site',
      'This was asked for by a page of another origin, to be shown inside of it; open it by itself.',
    )
  }
  if (safeMethods.has(request.method) || isAllowed(config, request)) return
  const origin = request.headers.get('origin')
  throw new AgenticError(
    'cross_site',
    `This request came from another site (Origin: ${origin ?? 'none'}); requests that change something are accepted ` +
      'from the same origin and from `trustedOrigins`.',
  )
}

function isAllowed(config: HttpConfig, { headers, url }: Request): boolean {
  const hasCookie = headers.has('cookie')
  if (!hasCookie && hasOwnCredentials(headers)) return true
  const site = headers.get('sec-fetch-site')
  if (site === 'same-origin' || site === 'none') return true
  const origin = headers.get('origin')
  if (origin !== null && isTrusted(config, origin)) return true
  if (site !== null) return false
  if (origin === null) return !hasCookie
  return config.publicOrigin === null && origin === new URL(url).origin
}

function isFramedByAnother(headers: Headers): boolean {
  const destination = headers.get('sec-fetch-dest')
  if (destination === null || !partsOfPages.has(destination)) return false
  const site = headers.get('sec-fetch-site')
  return site !== 'same-origin' && site !== 'none'
}

function hasOwnCredentials(headers: Headers): boolean {
  const [scheme = ''] = (headers.get('authorization') ?? '').trim().toLowerCase().split(' ')
  return scheme !== '' && !ambientSchemes.has(scheme)
}

function isTrusted({ publicOrigin, trustedOrigins }: HttpConfig, origin: string): boolean {
  return origin === publicOrigin || trustedOrigins.includes(origin)
}
