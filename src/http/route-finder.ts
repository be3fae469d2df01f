import { RegExpRouter } from 'hono/router/reg-exp-router'
import { getPathNoStrict, getQueryParam, tryDecodeURIComponent } from 'hono/utils/url'
import { isUnder, withoutTrailingSlash } from '../core/base-path.ts'
import { AgenticError } from '../core/errors.ts'
import type { Route } from './route.ts'

/** What an address names. */
export interface Found {
  /** Null when nothing has this path, or nothing there the request's method. */
  route: Route | null
  params: Record<string, string>
  /** The methods that the path answers, as the header `Allow` has them; empty when nothing has it. */
  allowed: string
  /** Whether only people in charge may know of it. */
  isAdmin: boolean
}

/** Finds what a request asks for, with and without a trailing slash. What is not below `basePath` is an error. */
export function routeFinder(
  routes: readonly Route[],
  basePath: string,
): (request: Request) => Found {
  const base = withoutTrailingSlash(basePath)
  const router = routerOf(routes, base)
  return (request) => {
    const path = getPathNoStrict(request)
    if (!isUnder(base, path))
      throw new AgenticError('not_found', 'This is not below the base path.')
    const [[first] = [], values = []] = router.match(methodOf(request), path)
    if (first === undefined) return { route: null, params: {}, allowed: '', isAdmin: false }
    const [place, named] = first
    const params: Found['params'] = {}
    for (const [name, at] of Object.entries(named)) {
      params[name] = tryDecodeURIComponent(String(typeof at === 'number' ? values[at] : at))
    }
    return { ...place, params }
  }
}

function routerOf(routes: readonly Route[], base: string) {
  const router = new RegExpRouter<Omit<Found, 'params'>>()
  const patternOf = ({ path }: Route) => `${base}/${withoutTrailingSlash(path)}`
  for (const [pattern, all] of Map.groupBy(routes, patternOf)) {
    const methods = all.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
    const allowed = methods.join(', ')
    const isAdmin = all.some(({ kind }) => kind === 'admin')
    for (const route of all) router.add(route.method, pattern, { route, allowed, isAdmin })
    // What is added first is found first.
    router.add('ALL', pattern, { route: null, allowed, isAdmin })
  }
  return router
}

/** A HEAD is answered as a GET, without its body. */
function methodOf({ method }: Request): string {
  return method === 'HEAD' ? 'GET' : method
}

/** The parameters of the address; of one given more than once, the first. */
export function queryOf({ url }: Request): Record<string, string> {
  return getQueryParam(url) as Record<string, string>
}
