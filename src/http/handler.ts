import { getPath } from 'hono/utils/url'
import {
  inParts,
  toResponse,
  type Answer,
  type FetchInParts,
  type InParts,
} from '../core/answer.ts'
import { AgenticError } from '../core/errors.ts'
import { isInCharge } from './admin-gate.ts'
import { readBody } from './body/read-body.ts'
import { refuseCrossSite } from './cross-site.ts'
import type { HttpDeps } from './deps.ts'
import { errorAnswer, errorPageAnswer } from './error-answer.ts'
import { openApiOf, type OpenApi } from './openapi.ts'
import { resolveOwner } from './owner.ts'
import { parse } from './parse.ts'
import type { Call, NamedRoute, Route } from './route.ts'
import { queryOf, routeFinder, type Found } from './route-finder.ts'

/** Who asks, and for what. */
type Asked = Pick<Call, 'request' | 'original' | 'owner'>

/**
 * The web-standard handler for everything under `basePath`. In this order: files for everyone, who asks, from
 * which site, which route, whether it is for them, its parameters, its body, its verb.
 */
export function createHandler(
  deps: HttpDeps,
  routes: readonly NamedRoute[],
): FetchInParts<unknown> {
  const { config } = deps
  const find = routeFinder(routes, config.basePath)
  let document: OpenApi | undefined
  const openApi = () => (document ??= openApiOf(routes, config.basePath))

  const handled = async (asked: Asked, { route, params, allowed }: Found): Promise<Answer> => {
    const { request } = asked
    if (route === null) throw notFoundOrNotAllowed(request, allowed)
    return await route.handle({
      ...asked,
      deps,
      openApi,
      params: parseParams(route, params),
      query: route.query && parse(route.query, queryOf(request)),
      body: route.body && parse(route.body, await readBody(request, config.inputBytes)),
    })
  }
  const answer = async (request: Request, original: unknown): Promise<Answer> => {
    const found = find(request)
    const isForEveryone = found.route?.kind === 'static'
    const owner = isForEveryone ? '' : await resolveOwner(config, request, original)
    if (!isForEveryone) refuseCrossSite(config, request)
    const asked = { request, original, owner }
    if (found.isAdmin && !(await isInCharge(config, request, original))) {
      throw notFoundOrNotAllowed(request, '')
    }
    try {
      return await handled(asked, found)
    } catch (error) {
      const refused = found.isAdmin
        ? errorPageAnswer(deps, request, error, owner)
        : await errorAnswer(config, request, error)
      return withAllow(found, refused)
    }
  }
  const answerInParts = async (request: Request, original?: unknown): Promise<Answer> => {
    let answered: Answer
    try {
      answered = await answer(request, original)
    } catch (error) {
      answered = await errorAnswer(config, request, error)
    }
    return request.method === 'HEAD' ? { ...answered, body: null } : answered
  }
  const file: InParts<unknown>['file'] = (method, path, ifNoneMatch) =>
    method === 'GET' && ifNoneMatch == null ? (deps.assets.at(path) ?? null) : null
  const fetch = async (request: Request, original?: unknown) => {
    const { method, headers } = request
    const whole = file(method, getPath(request), headers.get('if-none-match'))
    return toResponse(whole ?? (await answerInParts(request, original)))
  }
  return Object.assign(fetch, { [inParts]: { answer: answerInParts, file } })
}

/** An id that cannot be one names nothing, like any other unknown id. */
function parseParams({ params }: Route, given: Record<string, string>): unknown {
  const result = params?.safeParse(given)
  if (result === undefined || result.success) return result?.data
  throw new AgenticError('not_found', 'The id in the address has not the form of one.')
}

function notFoundOrNotAllowed(request: Request, allowed: string): AgenticError {
  if (allowed === '') return new AgenticError('not_found', 'No route has this path.')
  const message = `This address answers ${allowed} only; got ${request.method}.`
  return new AgenticError('method_not_allowed', message)
}

function withAllow({ allowed }: Found, answer: Answer): Answer {
  if (answer.status !== 405) return answer
  return { ...answer, headers: { ...answer.headers, Allow: allowed } }
}
