import type { MiddlewareHandler } from 'hono'

const policy = [
  `default-src 'self'`,
  `connect-src 'self'`,
  `base-uri 'none'`,
  `form-action 'self'`,
  `frame-ancestors 'none'`,
  `object-src 'none'`,
].join('; ')

/** Headers of every answer of the app itself: only scripts and styles of its own, never inside a frame. */
export const pageHeaders: MiddlewareHandler = async (context, next) => {
  await next()
  context.header('Content-Security-Policy', policy)
  context.header('X-Content-Type-Options', 'nosniff')
  context.header('Referrer-Policy', 'same-origin')
  if (!context.res.headers.has('Cache-Control')) context.header('Cache-Control', 'no-store')
}

/** Refuses forms sent by pages of other sites. Browsers say where a form comes from; other clients need not. */
export const sameSiteOnly: MiddlewareHandler = async (context, next) => {
  const { method } = context.req
  if (method !== 'GET' && method !== 'HEAD' && isForeign(context.req.raw)) {
    return context.text('This form was sent by another site.', 403)
  }
  return next()
}

function isForeign({ headers }: Request): boolean {
  const site = headers.get('sec-fetch-site')
  if (site !== null) return site !== 'same-origin' && site !== 'none'
  const origin = headers.get('origin')
  return origin !== null && hostOf(origin) !== headers.get('host')
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}
