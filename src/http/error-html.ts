import { raw } from 'hono/html'
import type { AgenticError } from '../core/errors.ts'
import { markup } from '../html/markup.ts'
import { withoutTrailingSlash } from '../core/base-path.ts'
import type { HttpConfig } from './deps.ts'

/** Goes into the page's element with this id, where there is one; nothing else on the page changes. */
const errorPlace = 'agentic-error'

export async function errorOutOfBand(config: HttpConfig, error: AgenticError): Promise<string> {
  return markup`<div id="${errorPlace}" hx-swap-oob="true">${await fragment(config, error)}</div>`.toString()
}

/** For a browser without JavaScript, whose reader would otherwise be shown JSON. */
export async function errorPage(config: HttpConfig, error: AgenticError): Promise<string> {
  const css = `${withoutTrailingSlash(config.basePath)}/static/agentic.css`
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Error</title><link rel="stylesheet" href="${css}"></head>
<body><main>${await fragment(config, error)}</main></body></html>`.toString()
}

/** A template's result is markup by contract. */
async function fragment({ templates }: HttpConfig, { message, code }: AgenticError) {
  return raw(await templates.error({ message, code }))
}
