import { functionCall } from '@openai/agents/testing'
import type { Browser, Page, Request } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { calls, says, scripted } from '../http/agents.ts'
import { hasBrowser, withBrowser } from '../travel-desk/browser.ts'
import { openPage, soon, startSite, type Htmx, type Site } from './fragment-page.ts'

/** Runs that wait for a person, in their fragments and in an inbox, in a real browser under the strictest policy. */
export function inboxContract(htmx: Htmx): void {
  describe.skipIf(!hasBrowser)(`approvals with ${htmx}`, () => {
    let browser: Browser
    withBrowser((opened) => (browser = opened))

    test('what somebody types about one call stays when another is decided elsewhere', async () => {
      const { site, page, complaints, ids } = await callsThatWait(browser, htmx, 2)
      const [first = '', second = ''] = ids
      const mine = `#approval-${first}`
      await page.click(`${mine} summary`)
      await page.fill(`${mine} [name=arguments]`, '{"amount": 3')
      await page.locator(`${mine} [name=message]`).pressSequentially('half a sen')
      await site.agentic.approvals.decide({
        owner: 'ada',
        id: second,
        decision: 'approve',
      })
      await soon(page, async () => page.locator('.agent-run__approval').count()).toBe(1)
      await page.keyboard.type('tence')
      expect(await page.inputValue(`${mine} [name=message]`)).toBe('half a sentence')
      expect(await page.inputValue(`${mine} [name=arguments]`)).toBe('{"amount": 3')
      await page.keyboard.press('Enter')
      await soon(page, async () => page.locator('[data-status=completed]').count()).toBe(1)
      const decided = await site.agentic.approvals.get({ owner: 'ada', id: first })
      expect(decided).toMatchObject({ status: 'rejected', message: 'half a sentence' })
      // The extension of version 2 tells its log when the stream of a fragment that is gone ends.
      expect(complaints.filter((each) => each !== '[object Event]')).toEqual([])
    })

    test('while an answer to a fragment is late, a decision is sent, and nothing typed is lost', async () => {
      const { site, run, page, ids } = await callsThatWait(browser, htmx, 3)
      const [first = '', second = '', third = ''] = ids
      const late = await holdFirst(page, `**/runs/${run.id}/fragment/**`)
      const mine = `#approval-${first}`
      await page.locator(`${mine} [name=message]`).pressSequentially('half a sen')
      await site.agentic.approvals.decide({
        owner: 'ada',
        id: second,
        decision: 'approve',
      })
      await late.isHeld
      // Polls that come due meanwhile must not wait in line before the decision: their answer would take its form away.
      await page.clock.runFor(5_000)
      await page.click(`#approval-${third} >> text=Approve`)
      await soon(page, async () => page.locator('.agent-run__approval').count()).toBe(1)
      await late.release()
      await page.locator(`${mine} [name=message]`).press('End')
      await page.keyboard.type('tence')
      await page.keyboard.press('Enter')
      await soon(page, async () => page.locator('[data-status=completed]').count()).toBe(1)
      const decided = await site.agentic.approvals.get({ owner: 'ada', id: first })
      expect(decided).toMatchObject({ status: 'rejected', message: 'half a sentence' })
    })

    test('an error page of a proxy in answer to a form takes the place of nothing', async () => {
      const site = await startSite(htmx, scripted(calls('refund', { amount: 1 }), says('Refunded')))
      const run = await waitingRun(site)
      const { agentic } = site
      site.show(
        async () => `<div id="agentic-error"></div>
          ${await agentic.renderApprovals({ owner: 'ada' })}
          <div id="runs">${await agentic.renderRun(run)}</div>${await agentic.renderForm({ key: 'chat' })}`,
      )
      const { page } = await openPage(browser, site.url)
      const bad = { status: 502, contentType: 'text/html', body: '<h1>Bad gateway</h1>' }
      const isForm = (request: Request) => request.method() === 'POST'
      await page.route('**/*', async (route) =>
        isForm(route.request()) ? route.fulfill(bad) : route.continue(),
      )
      await page.fill('.agent-form [name=input]', 'And the other one?')
      const fragment = `#run-container-${run.id}`
      const buttons = [
        `${fragment} >> text=Approve`,
        `${fragment} >> text=Cancel`,
        '.agent-approvals >> text=Approve',
        '.agent-form >> text=Send',
      ]
      for (const button of buttons) {
        await Promise.all([
          page.waitForResponse((response) => isForm(response.request())),
          page.click(button),
        ])
      }
      await page.clock.runFor(5_000)
      expect(await page.innerText('body')).not.toContain('Bad gateway')
      expect(await page.inputValue('.agent-form [name=input]')).toBe('And the other one?')
      await page.unroute('**/*')
      await page.click(`${fragment} >> text=Approve`)
      await soon(page, async () => page.locator('[data-status=completed]').count()).toBe(1)
    })

    test('a decision under way is not given up for the next one', async () => {
      const { site, page, ids } = await callsThatWait(browser, htmx, 2)
      const [first = '', second = ''] = ids
      const sent = Promise.withResolvers<void>()
      const released = Promise.withResolvers<void>()
      await page.route(`**/approvals/${first}/`, async (route) => {
        sent.resolve()
        await released.promise
        await route.continue()
      })
      await page.click(`#approval-${first} >> text=Approve`)
      await sent.promise
      await page.click(`#approval-${second} >> text=Approve`)
      await page.clock.runFor(5_000)
      released.resolve()
      const statusOf = async (id: string) =>
        (await site.agentic.approvals.get({ owner: 'ada', id })).status
      await soon(page, async () => statusOf(first)).toBe('approved')
      await soon(page, async () => page.locator('[data-status=completed]').count()).toBe(1)
    })

    test('in an inbox what is decided changes in its place, and what is wrong is said', async () => {
      const asks = (amount: number) => calls('refund', { amount })
      const site = await startSite(htmx, scripted(asks(1), asks(2), says('Refunded')))
      const runs = [await waitingRun(site, 'one'), await waitingRun(site, 'two')]
      site.show(
        async () => `<div id="agentic-error"></div>
          <div id="inbox" hx-get="/agents/approvals/" hx-trigger="every 600s">${await site.agentic.renderApprovals({ owner: 'ada' })}</div>
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
      expect(await page.innerHTML('#agentic-error')).toBe('')
      expect(await page.innerText(`${one} .agent-run__decision`)).toMatch(/^Approved by ada, /)
      expect(await page.inputValue(`${two} [name=message]`)).toBe('not yet')
      await page.clock.fastForward(600_000)
      await soon(page, async () => page.locator(one).count()).toBe(0)
      expect(await page.inputValue(`${two} [name=message]`)).toBe('not yet')
      expect(complaints.filter((each) => !each.includes('400'))).toEqual([])
    })
  })
}

/** The first request to such an address is answered as of now, and its answer arrives when it is released. */
async function holdFirst(page: Page, address: string) {
  const held = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  const delivered = Promise.withResolvers<void>()
  let isFirst = true
  await page.route(address, async (route) => {
    if (!isFirst) return route.continue()
    isFirst = false
    const response = await route.fetch()
    held.resolve()
    await released.promise
    await route.fulfill({ response })
    // What the page does with it, it does at once.
    await page.evaluate(async () => new Promise((resolve) => setTimeout(resolve, 50)))
    delivered.resolve()
  })
  return {
    isHeld: held.promise,
    release: async () => {
      released.resolve()
      await delivered.promise
    },
  }
}

/** A page with a run that waits for decisions about so many calls, and the ids of these. */
async function callsThatWait(browser: Browser, htmx: Htmx, count: number) {
  const asked = Array.from({ length: count }, (_, index) =>
    functionCall('refund', { amount: index + 1 }, { callId: `call_${index + 1}` }),
  )
  const site = await startSite(htmx, scripted(asked, says('Refunded')))
  const run = await waitingRun(site)
  site.show(async () => site.agentic.renderRun(run))
  const { page, complaints } = await openPage(browser, site.url)
  const approvals = await site.agentic.approvals.list({ owner: 'ada' })
  return { site, run, page, complaints, ids: approvals.map(({ id }) => id) }
}

async function waitingRun(site: Site, session = 'chat') {
  const run = await site.agentic.runs.submit({ owner: 'ada', session, input: 'Money back!' })
  return site.agentic.runs.wait({ owner: 'ada', id: run.id, until: 'pause' })
}
