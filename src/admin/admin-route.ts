import type { z } from 'zod'
import type { Answer } from '../core/answer.ts'
import { html } from '../http/described-answers.ts'
import { defineRoute, type Call, type Route } from '../http/route.ts'
import { linksOf, type Links } from './links.ts'
import { pageAnswer, type PageView } from './page.ts'

/** A page: what is asked of it, and what it shows. */
interface AdminRoute<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> {
  method: 'GET' | 'POST'
  path: string
  summary: string
  params?: P
  query?: Q
  body?: B
  show(call: AdminCall<z.output<P>, z.output<Q>, z.output<B>>): Promise<Shown | Answer>
}

type Shown = Omit<PageView, 'actor'>

export type AdminCall<P = unknown, Q = unknown, B = unknown> = Call<P, Q, B> & { links: Links }

export function adminRoute<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>({
  show,
  ...route
}: AdminRoute<P, Q, B>): Route {
  return defineRoute<P, Q, B>({
    ...route,
    kind: 'admin',
    answers: { 200: html('The page.') },
    async handle(call) {
      const { deps, owner } = call
      const { basePath } = deps.config
      const shown = await show({ ...call, links: linksOf(basePath) })
      if ('status' in shown) return shown
      return pageAnswer({ basePath, assets: deps.assets }, { ...shown, actor: owner })
    },
  })
}
