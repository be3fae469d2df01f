import type { z } from 'zod'
import type { Answer } from '../core/answer.ts'
import type { Described } from './described-answers.ts'
import type { HttpDeps } from './deps.ts'
import type { OpenApi } from './openapi.ts'

/** One request, checked: what a route's handler works with. */
export interface Call<Params = unknown, Query = unknown, Body = unknown> {
  deps: HttpDeps
  request: Request
  /** The OpenAPI document of the whole table. */
  openApi: () => OpenApi
  owner: string
  /** What the mount handed over besides the request. */
  original: unknown
  params: Params
  query: Query
  body: Body
}

/**
 * One line of the route table. `kind` says what a caller must be: `read` and `write` need an owner, and `write` is
 * refused from other sites; `static` is for everyone. `admin` needs an owner to whom the gate is open, and answers
 * everybody else as if it were not there; what it changes is refused from other sites.
 */
export interface Route extends Described {
  method: 'GET' | 'POST' | 'DELETE'
  /** Below the base path, with a trailing slash; requests may omit it. */
  path: string
  kind: 'read' | 'write' | 'static' | 'admin'
  /** What does not match names nothing: 404. */
  params?: z.ZodType
  /** What does not match is a mistake: 400. Unknown parameters are left alone, as browsers and proxies add some. */
  query?: z.ZodType
  /** Headers that mean something to this route, for the document; it reads them itself. */
  headers?: z.ZodObject
  /** Read only when there is a schema; unknown fields are a mistake. */
  body?: z.ZodType
  handle(call: Call): Promise<Answer>
}

/** By which generated clients call it. */
export type NamedRoute = Route & { name: string }

export function named(table: Record<string, Route>): NamedRoute[] {
  return Object.entries(table).map(([name, route]) => ({ name, ...route }))
}

interface TypedRoute<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> extends Route {
  params?: P
  query?: Q
  body?: B
  handle(call: Call<z.output<P>, z.output<Q>, z.output<B>>): Promise<Answer>
}

/** Types a handler's call by the schemas beside it. */
export function defineRoute<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
  route: TypedRoute<P, Q, B>,
): Route {
  return route
}
