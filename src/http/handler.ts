import { Hono, type Context } from 'hono'
import { AgenticError } from '../core/errors.ts'
import { jsonAnswer } from './answer.ts'
import { createAssets, type Assets } from './assets.ts'
import { withoutTrailingSlash } from './base-path.ts'
import { readBody } from './body/read-body.ts'
import { refuseCrossSite } from './cross-site.ts'
import type { HttpDeps } from './deps.ts'
import { errorAnswer } from './error-answer.ts'
import { resolveOwner } from './owner.ts'
import { parse } from './parse.ts'
import type { Route } from './route.ts'
import { routes } from './routes.ts'

type Env = { Variables: { owner: string } }

/**
 * The web-standard handler for everything under `basePath`. In this order: files for everyone, who asks, from
 * which site, which route, its parameters, its body, its verb.
 */
export function createHandler(deps: HttpDeps): (request: Request) => Promise<Response> {
  const { config } = deps
  const assets = createAssets()
  const app = new Hono<Env>({ strict: false }).basePath(withoutTrailingSlash(config.basePath))

  add(app, routes.filter(isStatic), deps, assets)
  app.use('*', async (context, next) => {
    context.set('owner', await resolveOwner(config, context.req.raw))
    refuseCrossSite(config, context.req.raw)
    await next()
  })
  add(
    app,
    routes.filter((route) => !isStatic(route)),
    deps,
    assets,
  )
  for (const [path, methods] of methodsByPath()) app.all(path, () => methodNotAllowed(methods))

  app.notFound(() =>
    jsonAnswer({ error: 'Not found: there is nothing at this address.', code: 'not_found' }, 404),
  )
  app.onError((error, context) => errorAnswer(config, context.req.raw, error))
  return async (request) => app.fetch(request)
}

type App = ReturnType<Hono<Env>['basePath']>

function add(app: App, table: readonly Route[], deps: HttpDeps, assets: Assets): void {
  for (const route of table) {
    app.on(route.method, `/${route.path}`, (context: Context<Env>) =>
      answer(route, deps, assets, context),
    )
  }
}

async function answer(
  route: Route,
  deps: HttpDeps,
  assets: Assets,
  context: Context<Env>,
): Promise<Response> {
  const request = context.req.raw
  return route.handle({
    deps,
    assets,
    request,
    owner: context.get('owner'),
    params: parseParams(route, context.req.param()),
    query: route.query && parse(route.query, context.req.query()),
    body: route.body && parse(route.body, await readBody(request, deps.config.inputBytes)),
  })
}

/** An id that cannot be one names nothing, like any other unknown id. */
function parseParams({ params }: Route, given: Record<string, string>): unknown {
  const result = params?.safeParse(given)
  if (result === undefined || result.success) return result?.data
  throw new AgenticError('not_found', 'The id in the address has not the form of one.')
}

function isStatic(route: Route): boolean {
  return route.kind === 'static'
}

function methodsByPath(): Map<string, string[]> {
  const grouped = Map.groupBy(routes, (route) => `/${route.path}`)
  return new Map([...grouped].map(([path, all]) => [path, all.map(({ method }) => method)]))
}

function methodNotAllowed(methods: string[]): Response {
  const allowed = methods
    .flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
    .join(', ')
  const error = `This address answers ${allowed} only.`
  return jsonAnswer({ error, code: 'method_not_allowed' }, 405, { Allow: allowed })
}
