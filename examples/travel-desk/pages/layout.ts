import type { Agentic } from 'agentic-node'
import { html } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>

interface Layout {
  title: string
  /** Where the library serves its stylesheet and scripts. */
  assetUrl: Agentic['assetUrl']
  /** A page that is loaded again by itself where there is no JavaScript. */
  refreshSeconds?: number | undefined
  header?: Html
  /** False for a page of the library's fragments as they are: without this page's clothes, and without scripts. */
  isLive?: boolean
  body: Html
}

/** htmx leaves the page alone when an answer is an error, and keeps what a reader has unfolded. */
const htmxConfig = JSON.stringify({
  noSwap: [204, 304, '4xx', '5xx'],
  morphIgnore: ['data-htmx-powered', 'open'],
  includeIndicatorCSS: false,
  history: false,
})

export function layout(page: Layout): Html {
  const { title, assetUrl, refreshSeconds, header, isLive = true, body } = page
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="htmx-config" content="${htmxConfig}" />
        <title>${title}</title>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="${assetUrl('agentic.css')}" />
        <link rel="stylesheet" href="/assets/page.css" />
        ${(isLive ? ['sign-in', 'chat', 'fragments'] : ['gallery']).map(
          (name) => html`<link rel="stylesheet" href="/assets/${name}.css" />`,
        )}
        ${
          isLive &&
          html`<script src="${assetUrl('htmx.min.js')}" defer></script>
            <script src="${assetUrl('hx-sse.min.js')}" defer></script>
            <script src="/assets/desk.js" type="module"></script>`
        }
        ${
          refreshSeconds &&
          html`<noscript><meta http-equiv="refresh" content="${refreshSeconds}" /></noscript>`
        }
      </head>
      <body>
        <header class="bar">
          <a class="brand" href="/"
            ><img src="/assets/icon.svg" alt="" width="28" height="28" />Travel desk</a
          >
          ${header}
        </header>
        ${body}
      </body>
    </html>`
}
