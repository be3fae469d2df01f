import { Agent } from '@openai/agents'
import type { Browser, Page } from 'playwright-core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { calls, says, scripted } from '../http/agents.ts'
import { Hold, notingTool } from '../support/lives.ts'
import { call, results, TurnModel } from '../support/turn-model.ts'
import { interruptedRun } from '../support/waiting.ts'
import { hasBrowser, withBrowser } from '../travel-desk/browser.ts'
import { startSite, type Site } from './fragment-page.ts'

describe.skipIf(!hasBrowser)('approvals in a browser without a script', () => {
  let browser: Browser
  withBrowser((opened) => (browser = opened))

  test('are decided by keyboard on the page of the inbox, which says what is wrong', async () => {
    const site = await deskSite()
    const page = await signedIn(browser, site, 'ada')
    await page.goto(`${site.url}agents/approvals/`)
    const group = page.getByRole('group', { name: 'Allow refund?' })
    await group.getByText('Change the arguments').press('Enter')
    await group.getByLabel('Arguments, as JSON').fill('{"amount": ')
    await group.getByRole('button', { name: 'Approve' }).press('Enter')
    expect(await page.innerText('[role=alert]')).toContain('`arguments` is not valid JSON')
    await page.goBack()
    await group.getByText('Change the arguments').press('Enter')
    await group.getByLabel('Arguments, as JSON').fill('{"amount": 3}')
    await group.getByRole('button', { name: 'Approve' }).press('Enter')
    await page.getByText('Nothing waits for a decision').waitFor()
    expect(new URL(page.url()).pathname).toBe('/agents/approvals/')
    const [approval] = await site.agentic.approvals.list({ owner: 'ada' })
    expect(approval).toMatchObject({ status: 'approved', editedArguments: { amount: 3 } })
  })

  test('Enter in the reason for a rejection rejects', async () => {
    const site = await deskSite()
    const page = await signedIn(browser, site, 'ada')
    await page.goto(`${site.url}agents/approvals/`)
    await page.getByLabel('Reason for the agent').fill('Not now')
    await page.getByLabel('Reason for the agent').press('Enter')
    await page.getByText('Nothing waits for a decision').waitFor()
    const [approval] = await site.agentic.approvals.list({ owner: 'ada' })
    expect(approval).toMatchObject({ status: 'rejected', message: 'Not now' })
  })

  test('of a call that was cut off are answered by whoever knows what it came to', async () => {
    const hold = new Hold()
    const model = new TurnModel([call('pay', { note: '100' })], (request) =>
      results(request).join(),
    )
    const pay = notingTool('pay', [], async () => hold.here())
    const story = {
      agent: () => new Agent({ name: 'Payer', model, tools: [pay] }),
      events: 'items',
      tools: { pay: { interrupted: 'ask', approvalSeconds: 3600 } },
    } as const
    const { database, second, id } = await interruptedRun(story, hold.reached)
    const site = await startSite('htmx 4', { ...scripted(), database, concurrency: 0 })
    site.show(async () => site.agentic.renderRun({ owner: 'ada', id }))
    const page = await signedIn(browser, site, 'ada')
    await page.goto(site.url)
    const group = page.getByRole('group', { name: 'Did pay happen?' })
    expect(await group.innerText()).toContain('Nobody knows whether it happened')
    expect(await group.innerText()).toMatch(/Without a decision the run fails at .* UTC/)
    await group.getByRole('button', { name: 'It happened' }).click()
    // The browser asks for the answer first.
    expect(
      await group.getByLabel('What it answered').evaluate((field) => field.matches(':focus')),
    ).toBe(true)
    await group.getByLabel('What it answered').fill('paid, #7')
    await group.getByRole('button', { name: 'It happened' }).press('Enter')
    expect(await second.runs.wait({ owner: 'ada', id })).toMatchObject({ output: 'paid, #7 #2' })
    await page.goto(site.url)
    expect(await page.innerText('.agent-run__output')).toBe('paid, #7 #2')
  })

  test('are decided by another whom the app allows it, by a link; who asked sees by whom', async () => {
    const site = await deskSite('bob')
    const [approval] = await site.agentic.approvals.list({ owner: 'ada' })
    const link = `${site.url}agents/approvals/${approval?.id}/`
    const ada = await signedIn(browser, site, 'ada')
    await ada.goto(link)
    await ada.getByRole('button', { name: 'Approve' }).click()
    expect(await ada.innerText('[role=alert]')).toContain('somebody else has to')
    const eve = await signedIn(browser, site, 'eve')
    expect((await eve.goto(link))?.status()).toBe(404)
    const bob = await signedIn(browser, site, 'bob')
    await bob.goto(link)
    await bob.getByLabel('For the rest of this run').first().press('Space')
    await bob.getByRole('button', { name: 'Approve' }).press('Enter')
    await bob.getByText('Approved by bob, for the rest of the run').waitFor()
    expect(bob.url()).toBe(link)
    await ada.goto(link)
    await ada.getByText('Approved by bob, for the rest of the run').waitFor()
  })
})

const userOf = (request: Request) =>
  /user=(\w+)/.exec(request.headers.get('cookie') ?? '')?.[1] ?? null

/** A site of several people, where Ada's run waits for a decision: hers, or that of `approver`. */
async function deskSite(approver?: string): Promise<Site> {
  const site = await startSite('htmx 4', {
    ...scripted(calls('refund', { amount: 5 }), says('Refunded')),
    owner: userOf,
    ...(approver && { canApprove: (request) => userOf(request) === approver }),
  })
  const run = await site.agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Hi' })
  await site.agentic.runs.wait({ owner: 'ada', id: run.id, until: 'pause' })
  return site
}

async function signedIn(browser: Browser, site: Site, user: string): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled: false })
  onTestFinished(async () => context.close())
  await context.addCookies([{ name: 'user', value: user, url: site.url }])
  return context.newPage()
}
