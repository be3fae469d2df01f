import { adminRoutes } from './admin/routes.ts'
import type { NamedRoute } from './http/route.ts'
import { apiRoutes } from './http/routes.ts'

/** Everything that can be asked over HTTP, as data: the handler, the tests and the documentation read this table. */
export const routes: readonly NamedRoute[] = [...apiRoutes, ...adminRoutes]
