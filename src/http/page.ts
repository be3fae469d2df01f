import { withoutTrailingSlash } from '../core/base-path.ts'
import { markup, type Markup } from '../html/markup.ts'

/** A page of its own around a fragment, for a browser that shows nothing else; without scripts. */
export function pageAround(basePath: string, title: string, fragment: Markup): string {
  const css = `${withoutTrailingSlash(basePath)}/static/agentic.css`
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>${title}</title><link rel="stylesheet" href="${css}"></head>
<body><main class="agent-page"><h1>${title}</h1>${fragment}</main></body></html>`.toString()
}
