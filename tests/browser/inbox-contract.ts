import { functionCall } from '@openai/agents/testing'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { calls, says, scripted } from '../http/agents.ts'
import { hasBrowser, openBrowser } from '../travel-desk/browser.ts'
import { openPage, soon, startSite, type Htmx, type Site } from './fragment-page.ts'

/** Runs that wait for a person, in their fragments and in an inbox, in a real browser under the strictest policy. */
export function inboxContract(htmx: Htmx): void {
  describe.skipIf(!hasBrowser)(`approvals with ${htmx}`, () => {
    let browser: Browser
    beforeAll(async () => {
      browser = await openBrowser()
    })
    afterAll(async () => browser.close())

    test('what somebody types about one call stays when another is decided elsewhere', async () => {
      const both = [1, 2].map((amount) =>
        functionCall('refund', { amount }, { callId: `call_${amount}` }),
      )
      const site = await startSite(htmx, scripted(both, says('Refunded')))
      const run = await waitingRun(site)
      site.show(async () => site.agentic.renderRun(run))
      const { page, complaints } = await openPage(browser, site.url)
      const [first, second] = await site.agentic.approvals.list({ owner: 'ada' })
      const mine = `#approval-${first?.id}`
      await page.click(`${mine} summary`)
      await page.fill(`${mine} [name=arguments]`, '{"amount": 3')
      await page.locator(`${mine} [name=message]`).pressSequentially('half a sen')
      await site.agentic.approvals.decide({
        owner: 'ada',
        id: String(second?.id),
        decision: 'approve',
      })
      await soon(page, async () => page.locator('.agent-run__approval').count()).toBe(1)
      await page.keyboard.type('tence')
      expect(await page.inputValue(`${mine} [name=message]`)).toBe('half a sentence')
      expect(await page.inputValue(`${mine} [name=arguments]`)).toBe('{"amount": 3')
      await page.keyboard.press('Enter')
      await soon(page, async () => page.locator('[data-status=completed]').count()).toBe(1)
      const decided = await site.agentic.approvals.get({ owner: 'ada', id: String(first?.id) })
      expect(decided).toMatchObject({ status: 'rejected', message: 'half a sentence' })
      // The extension of version 2 tells its log when the stream of a fragment that is gone ends.
      expect(complaints.filter((each) => each !== '[object Event]')).toEqual([])
    })

    test('in an inbox what is decided changes in its place, and what is wrong is said', async () => {
      const asks = (amount: number) => calls('refund', { amount })
      const site = await startSite(htmx, scripted(asks(1), asks(2), says('Refunded')))
      const runs = [await waitingRun(site, 'one'), await waitingRun(site, 'two')]
      site.show(
        async () => `<div id="agentic-error"></div>
          <div id="inbox" hx-get="/agents/approvals/" hx-trigger="every 5s">${await site.agentic.renderApprovals({ owner: 'ada' })}</div>
          ${await site.agentic.renderRun(runs[1]!)}`,
      )
      const { page, complaints } = await openPage(browser, site.url)
      const [first, second] = await site.agentic.approvals.list({ owner: 'ada' })
      const one = `#inbox-approval-${first?.id}`
      const two = `#inbox-approval-${second?.id}`
      await page.fill(`${two} [name=message]`, 'not yet')
      await page.click(`${one} summary`)
      await page.fill(`${one} [name=arguments]`, '{"amount": ')
      await page.click(`${one} >> text=Approve`)
      await page.waitForSelector('#agentic-error [data-code=invalid_json]')
      expect(await page.inputValue(`${one} [name=arguments]`)).toBe('{"amount": ')
      await page.fill(`${one} [name=arguments]`, '{"amount": 1}')
      await page.click(`${one} >> text=Approve`)
      await page.waitForSelector(`${one}[data-status=approved]`)
      expect(await page.innerText(`${one} .agent-run__decision`)).toMatch(/^Approved by ada, /)
      expect(await page.inputValue(`${two} [name=message]`)).toBe('not yet')
      await soon(page, async () => page.locator(one).count()).toBe(0)
      expect(await page.inputValue(`${two} [name=message]`)).toBe('not yet')
      expect(complaints.filter((each) => !each.includes('400'))).toEqual([])
    })
  })
}

async function waitingRun(site: Site, session = 'chat') {
  const run = await site.agentic.runs.submit({ owner: 'ada', session, input: 'Money back!' })
  return site.agentic.runs.wait({ owner: 'ada', id: run.id, until: 'pause' })
}
