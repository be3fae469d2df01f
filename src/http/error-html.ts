import { raw } from 'hono/html'
import type { AgenticError } from '../core/errors.ts'
import { markup } from '../html/markup.ts'
import type { HttpConfig } from './deps.ts'
import { pageAround } from './page.ts'

/** Goes into the page's element with this id, where there is one; nothing else on the page changes. */
const errorPlace = 'agentic-error'

export async function errorOutOfBand(config: HttpConfig, error: AgenticError): Promise<string> {
  return markup`<div id="${errorPlace}" hx-swap-oob="true">${await fragment(config, error)}</div>`.toString()
}

/**
 * Takes back what an earlier answer said there. Fields without content are named as well, as on any page with a form of
 * ours: a page without the place has nothing to take back, and version 2 would call it an error.
 */
export const noError: string =
  markup`<div hx-swap-oob="innerHTML:#${errorPlace}, input[type=hidden]"></div>`.toString()

/** For a browser without JavaScript, whose reader would otherwise be shown JSON. */
export async function errorPage(config: HttpConfig, error: AgenticError): Promise<string> {
  return pageAround(config.basePath, 'Error', await fragment(config, error))
}

/** A template's result is markup by contract. */
async function fragment({ templates }: HttpConfig, { message, code }: AgenticError) {
  return raw(await templates.error({ message, code }))
}
