import { Hono, type Context } from 'hono'
import { AgenticError } from '../core/errors.ts'
import { withoutTrailingSlash } from './base-path.ts'
import { readBody } from './body/read-body.ts'
import { refuseCrossSite } from './cross-site.ts'
import type { HttpConfig, HttpDeps } from './deps.ts'
import { errorAnswer } from './error-answer.ts'
import { resolveOwner } from './owner.ts'
import { parse } from './parse.ts'
import { openApiOf, type OpenApi } from './openapi.ts'
import type { Call, Route } from './route.ts'
import { routes } from './routes.ts'

type Env = { Bindings: { original: unknown }; Variables: { owner: string } }

/**
 * The web-standard handler for everything under `basePath`. In this order: files for everyone, who asks, from
 * which site, which route, its parameters, its body, its verb.
 */
export function createHandler(
  deps: HttpDeps,
): (request: Request, original?: unknown) => Promise<Response> {
  const { config } = deps
  let document: OpenApi | undefined
  const given = { deps, openApi: () => (document ??= openApiOf(routes, config.basePath)) }
  const app = new Hono<Env>({ strict: false }).basePath(withoutTrailingSlash(config.basePath))

  add(app, routes.filter(isStatic), given)
  app.use('*', async (context, next) => {
    context.set('owner', await resolveOwner(config, context.req.raw, context.env.original))
    refuseCrossSite(config, context.req.raw)
    await next()
  })
  add(
    app,
    routes.filter((route) => !isStatic(route)),
    given,
  )
  for (const [path, methods] of methodsByPath()) {
    app.all(path, (context) => methodNotAllowed(config, context.req.raw, methods))
  }

  app.notFound((context) =>
    errorAnswer(config, context.req.raw, new AgenticError('not_found', 'No route has this path.')),
  )
  app.onError((error, context) => errorAnswer(config, context.req.raw, error))
  return async (request, original) => app.fetch(request, { original })
}

/** What every call is given. */
type Given = Pick<Call, 'deps' | 'openApi'>

type App = ReturnType<Hono<Env>['basePath']>

function add(app: App, table: readonly Route[], given: Given): void {
  for (const route of table) {
    app.on(route.method, pattern(route), (context: Context<Env>) => answer(route, given, context))
  }
}

async function answer(route: Route, given: Given, context: Context<Env>): Promise<Response> {
  const request = context.req.raw
  return route.handle({
    ...given,
    request,
    owner: context.get('owner'),
    params: parseParams(route, context.req.param()),
    query: route.query && parse(route.query, context.req.query()),
    body: route.body && parse(route.body, await readBody(request, given.deps.config.inputBytes)),
  })
}

/** An id that cannot be one names nothing, like any other unknown id. */
function parseParams({ params }: Route, given: Record<string, string>): unknown {
  const result = params?.safeParse(given)
  if (result === undefined || result.success) return result?.data
  throw new AgenticError('not_found', 'The id in the address has not the form of one.')
}

/** Without its trailing slash, which the router takes off requests as well. */
function pattern(route: Route): string {
  return `/${withoutTrailingSlash(route.path)}`
}

function isStatic(route: Route): boolean {
  return route.kind === 'static'
}

function methodsByPath(): Map<string, string[]> {
  const grouped = Map.groupBy(routes, pattern)
  return new Map([...grouped].map(([path, all]) => [path, all.map(({ method }) => method)]))
}

async function methodNotAllowed(
  config: HttpConfig,
  request: Request,
  methods: string[],
): Promise<Response> {
  const allowed = methods
    .flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
    .join(', ')
  const message = `This address answers ${allowed} only; got ${request.method}.`
  const response = await errorAnswer(
    config,
    request,
    new AgenticError('method_not_allowed', message),
  )
  response.headers.set('Allow', allowed)
  return response
}
