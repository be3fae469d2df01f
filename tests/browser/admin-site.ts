import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAgentic, type Agentic, type AgenticOptions } from 'agentic-node'
import { nodeHandler } from 'agentic-node/node'
import type { Browser, Page } from 'playwright-core'
import { onTestFinished } from 'vitest'
import { temporaryDatabase } from '../support/instance.ts'
import { complaintsOf } from '../travel-desk/browser.ts'

export interface AdminSite {
  /** Of the overview. */
  url: string
  agentic: Agentic
  database: string
}

/** A site whose only visitor operates it. */
export async function startAdminSite(options: Partial<AgenticOptions>): Promise<AdminSite> {
  const database = options.database ?? temporaryDatabase()
  const agentic = createAgentic({
    agents: { desk: () => Promise.reject(new Error('nothing executes in this test')) },
    owner: () => 'olga',
    admin: () => true,
    concurrency: 0,
    durability: 'normal',
    ...options,
    database,
  })
  const handle = nodeHandler(agentic)
  const server = createServer((request, response) => {
    // Elsewhere there is nothing, also no icon.
    void handle(request, response, () => response.writeHead(204).end())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(async () => {
    server.close()
    await agentic.close({ now: true })
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/agents/admin/`, agentic, database }
}

export interface Operator {
  page: Page
  /** Errors of scripts, and what the policy of the pages refused. */
  complaints: string[]
}

/** Somebody who opens the admin for the first time. */
export async function openAdmin(browser: Browser, url: string): Promise<Operator> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  onTestFinished(async () => context.close())
  const page = await context.newPage()
  const complaints = complaintsOf(page)
  await page.goto(url)
  return { page, complaints }
}
