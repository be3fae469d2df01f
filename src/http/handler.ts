import { inParts, toResponse, type Answer, type FetchInParts } from '../core/answer.ts'
import { AgenticError } from '../core/errors.ts'
import { readBody } from './body/read-body.ts'
import { refuseCrossSite } from './cross-site.ts'
import type { HttpConfig, HttpDeps } from './deps.ts'
import { errorAnswer } from './error-answer.ts'
import { openApiOf, type OpenApi } from './openapi.ts'
import { resolveOwner } from './owner.ts'
import { parse } from './parse.ts'
import type { Route } from './route.ts'
import { queryOf, routeFinder } from './route-finder.ts'
import { routes } from './routes.ts'

/**
 * The web-standard handler for everything under `basePath`. In this order: files for everyone, who asks, from
 * which site, which route, its parameters, its body, its verb.
 */
export function createHandler(deps: HttpDeps): FetchInParts<unknown> {
  const { config } = deps
  const find = routeFinder(routes, config.basePath)
  let document: OpenApi | undefined
  const openApi = () => (document ??= openApiOf(routes, config.basePath))

  const answer = async (request: Request, original: unknown): Promise<Answer> => {
    const { route, params, allowed } = find(request)
    const isForEveryone = route?.kind === 'static'
    const owner = isForEveryone ? '' : await resolveOwner(config, request, original)
    if (!isForEveryone) refuseCrossSite(config, request)
    if (route === null) return notFoundOrNotAllowed(config, request, allowed)
    return route.handle({
      deps,
      openApi,
      request,
      owner,
      original,
      params: parseParams(route, params),
      query: route.query && parse(route.query, queryOf(request)),
      body: route.body && parse(route.body, await readBody(request, config.inputBytes)),
    })
  }
  const answerInParts = async (request: Request, original?: unknown): Promise<Answer> => {
    const answered = await answer(request, original).catch(async (error: unknown) =>
      errorAnswer(config, request, error),
    )
    return request.method === 'HEAD' ? { ...answered, body: null } : answered
  }
  const fetch = async (request: Request, original?: unknown) =>
    toResponse(await answerInParts(request, original))
  return Object.assign(fetch, { [inParts]: answerInParts })
}

/** An id that cannot be one names nothing, like any other unknown id. */
function parseParams({ params }: Route, given: Record<string, string>): unknown {
  const result = params?.safeParse(given)
  if (result === undefined || result.success) return result?.data
  throw new AgenticError('not_found', 'The id in the address has not the form of one.')
}

async function notFoundOrNotAllowed(
  config: HttpConfig,
  request: Request,
  allowed: string,
): Promise<Answer> {
  if (allowed === '') throw new AgenticError('not_found', 'No route has this path.')
  const message = `This address answers ${allowed} only; got ${request.method}.`
  const error = new AgenticError('method_not_allowed', message)
  const { headers, ...answer } = await errorAnswer(config, request, error)
  return { ...answer, headers: { ...headers, Allow: allowed } }
}
