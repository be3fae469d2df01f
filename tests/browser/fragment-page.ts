import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { createAgentic, type Agentic, type AgenticOptions } from 'agentic-node'
import { nodeHandler } from 'agentic-node/node'
import type { Browser, Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { temporaryDatabase } from '../support/instance.ts'
import { complaintsOf } from '../travel-desk/browser.ts'

/** What a page has loaded. */
export const htmxes = [
  'htmx 2',
  'htmx 2 and its SSE extension',
  'htmx 4',
  'htmx 4 and its SSE extension',
] as const
export type Htmx = (typeof htmxes)[number]

const require = createRequire(import.meta.url)
const extension2 = require.resolve('htmx-ext-sse/dist/sse.min.js')
const version2 = {
  '/htmx-2.js': createRequire(extension2).resolve('htmx.org/dist/htmx.min.js'),
  '/htmx-2-sse.js': extension2,
}

/** Nothing but what the site itself serves: no script or style in the page. */
export const strictPolicy = `default-src 'self'`

/** What each needs for such a policy; and version 2, to say what was wrong with a form. */
const htmxConfig = JSON.stringify({
  includeIndicatorCSS: false,
  morphIgnore: ['data-htmx-powered', 'open'],
  includeIndicatorStyles: false,
  allowEval: false,
  responseHandling: [
    { code: '204', swap: false },
    { code: '[23]..', swap: true },
    { code: '[45]..', swap: true, swapOverride: 'none', error: true },
  ],
})

export interface Site {
  url: string
  agentic: Agentic
  /** Answers pages anew from here on: what is between `<body>` and its end. */
  show(body: () => string | Promise<string>): void
  /** Ends every line that is open. */
  cut(): void
}

/** A site of one user with an instance, and one page at `/`. */
export async function startSite(
  htmx: Htmx,
  options: Partial<AgenticOptions>,
  policy: string | null = strictPolicy,
): Promise<Site> {
  const agentic = createAgentic({
    agents: {},
    owner: () => 'ada',
    durability: 'normal',
    database: temporaryDatabase(),
    ...options,
  })
  let body: () => string | Promise<string> = () => ''
  const scripts = scriptsOf(htmx, agentic)
  const handle = nodeHandler(agentic)
  const server = createServer((request, response) => {
    void handle(request, response, async () => {
      const file = Object.entries(version2).find(([path]) => path === request.url)?.[1]
      response.setHeader('content-type', file ? 'text/javascript' : 'text/html; charset=utf-8')
      if (policy !== null) response.setHeader('content-security-policy', policy)
      response.end(file ? readFileSync(file) : page(agentic, scripts, await body()))
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(async () => {
    server.close()
    await agentic.close({ now: true })
    server.closeAllConnections()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    agentic,
    show: (next) => (body = next),
    cut: () => server.closeAllConnections(),
  }
}

function scriptsOf(htmx: Htmx, agentic: Agentic): string[] {
  const isNew = htmx.startsWith('htmx 4')
  const core = isNew ? agentic.assetUrl('htmx.min.js') : '/htmx-2.js'
  const extension = isNew ? agentic.assetUrl('hx-sse.min.js') : '/htmx-2-sse.js'
  return htmx.endsWith('extension') ? [core, extension] : [core]
}

const page = (agentic: Agentic, scripts: string[], body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Fragments</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="htmx-config" content='${htmxConfig}'>
<link rel="stylesheet" href="${agentic.assetUrl('agentic.css')}">
${scripts.map((url) => `<script src="${url}" defer></script>`).join('\n')}
</head><body>${body}</body></html>`

export interface OpenPage {
  page: Page
  /** Errors of scripts, and what the policy refused. */
  complaints: string[]
  /** Paths of the requests made, the newest last. */
  requests: string[]
}

/** Looks again and again, while a second passes on the page each time: nobody has to wait for its polls. */
export function soon<T>(page: Page, read: () => Promise<T>) {
  return expect.poll(async () => {
    await page.clock.runFor(1_000)
    return read()
  })
}

export async function openPage(browser: Browser, url: string): Promise<OpenPage> {
  const context = await browser.newContext()
  onTestFinished(async () => context.close())
  const page = await context.newPage()
  await page.clock.install()
  const complaints = complaintsOf(page)
  const requests: string[] = []
  page.on('request', (request) => requests.push(new URL(request.url()).pathname))
  await page.goto(url, { waitUntil: 'load' })
  return { page, complaints, requests }
}
