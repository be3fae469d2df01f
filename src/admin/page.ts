import type { Answer } from '../core/answer.ts'
import { markup, type Markup } from '../html/markup.ts'
import { htmlAnswer } from '../http/answer.ts'
import type { Assets } from '../http/assets.ts'
import { linksOf, type Links } from './links.ts'

/** Where all pages are. */
export interface Site {
  basePath: string
  assets: Assets
}

export type Section = 'Overview' | 'Runs' | 'Sessions' | 'Approvals' | 'Audit'

export interface PageView {
  title: string
  /** Null for a page that belongs to none. */
  section: Section | null
  /** Who is signed in. */
  actor: string
  body: Markup
}

/** No script or style but our files, no page of another site around it, no form that leads elsewhere. */
const policy = [
  "default-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'self'",
  "object-src 'none'",
].join('; ')

const sections: [Section, (links: Links) => string][] = [
  ['Overview', (links) => links.overview()],
  ['Runs', (links) => links.runs()],
  ['Sessions', (links) => links.sessions()],
  ['Approvals', (links) => links.approvals()],
  ['Audit', (links) => links.audit()],
]

/** What the policy refuses htmx need not try; and what somebody unfolded stays so when the page goes on. */
const htmxConfig = JSON.stringify({
  includeIndicatorCSS: false,
  morphIgnore: ['data-htmx-powered', 'open'],
})

export function pageAnswer(site: Site, view: PageView, status = 200): Answer {
  return htmlAnswer(page(site, view).toString(), status, {
    'Content-Security-Policy': policy,
    'Referrer-Policy': 'same-origin',
  })
}

function page({ basePath, assets }: Site, { title, section, actor, body }: PageView): Markup {
  const links = linksOf(basePath)
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="htmx-config" content="${htmxConfig}">
<title>${title} · Agent admin</title>
<link rel="stylesheet" href="${assets.url('agentic.css')}"><link rel="stylesheet" href="${assets.url('admin.css')}">
<script src="${assets.url('htmx.min.js')}" defer></script><script src="${assets.url('admin.js')}" defer></script>
</head><body class="admin">
<a class="admin-skip" href="#main">Skip to content</a>
<header class="admin-header"><p class="admin-brand">Agent admin</p>
<nav aria-label="Admin"><ul class="admin-nav">${sections.map(([name, to]) => navItem(name, to(links), name === section))}</ul></nav>
<p class="admin-actor">Signed in as <strong>${actor}</strong></p></header>
<main id="main" class="admin-main" tabindex="-1">
<h1>${title}</h1>
${body}
</main>
<footer class="admin-footer">Times are UTC.</footer>
</body></html>`
}

function navItem(name: string, to: string, isHere: boolean): Markup {
  const here = isHere ? markup` aria-current="page"` : null
  return markup`<li><a href="${to}"${here}>${name}</a></li>`
}
