import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { calls, says, scripted } from '../http/agents.ts'
import { hasBrowser, openBrowser } from '../travel-desk/browser.ts'
import { openPage, soon, startSite, type Htmx, type Site } from './fragment-page.ts'
import { speaking } from './speaking.ts'

/** A chat of the library's fragments alone, in a real browser under the strictest policy. */
export function chatContract(htmx: Htmx): void {
  describe.skipIf(!hasBrowser)(`with ${htmx}`, () => {
    let browser: Browser
    beforeAll(async () => {
      browser = await openBrowser()
    })
    afterAll(async () => browser.close())

    const isLive = htmx.endsWith('extension')

    test('a form starts a run, whose text is seen as it is written, and its answer in the conversation', async () => {
      const model = speaking()
      const site = await chatSite(htmx, scripted(model.step))
      const { page, complaints, requests } = await openPage(browser, site.url)
      await ask(page, 'Where to?\n*Now*')
      await soon(page, async () => statuses(page)).toEqual(['running'])
      expect(await page.inputValue('textarea')).toBe('')
      model.say('To <b>Oslo</b>\n\n')
      await soon(page, async () => written(page)).toBe('To <b>Oslo</b>\n\n')
      // Where there is a stream, only it can tell from here on.
      if (isLive) await page.route('**/fragment/*', async (route) => route.fulfill({ status: 204 }))
      model.say('or  Lima. ')
      await soon(page, async () => written(page)).toBe('To <b>Oslo</b>\n\nor  Lima. ')
      await page.unrouteAll()
      model.say('**Today.**')
      model.end()
      await soon(page, async () => statuses(page)).toEqual(['completed'])
      await soon(page, async () => page.innerHTML('#conversation')).toContain('<em>Now</em>')
      await soon(page, async () => page.innerHTML('#conversation')).toContain('>Today.</strong>')
      expect(await page.innerText('.agent-run__output')).toContain('To <b>Oslo</b>')
      expect(complaints).toEqual([])
      expect(requests.some((path) => path.endsWith('/live/'))).toBe(isLive)
    })

    test('a reload in the middle goes on where it was', async () => {
      const model = speaking()
      const site = await chatSite(htmx, scripted(model.step))
      const { page } = await openPage(browser, site.url)
      await ask(page, 'Hi')
      model.say('First ')
      await soon(page, async () => written(page)).toBe('First ')
      await page.reload()
      expect(await written(page)).toBe('First ')
      model.say('second ')
      await soon(page, async () => written(page)).toBe('First second ')
      model.end()
      await soon(page, async () => statuses(page)).toEqual(['completed'])
    })

    test('a proxy that answers for us during a deploy changes nothing, and the run is found again', async () => {
      const model = speaking()
      const site = await chatSite(htmx, scripted(model.step))
      const { page } = await openPage(browser, site.url)
      await ask(page, 'Hi')
      await soon(page, async () => statuses(page)).toEqual(['running'])
      let refused = 0
      await page.route('**/agents/**', async (route) => {
        refused += 1
        await route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad gateway</h1>' })
      })
      await soon(page, async () => refused).toBeGreaterThan(1)
      model.say('Still here')
      model.end()
      expect(await page.content()).not.toContain('Bad gateway')
      expect(await statuses(page)).toEqual(['running'])
      await page.unrouteAll()
      await soon(page, async () => statuses(page)).toEqual(['completed'])
      expect(await page.content()).not.toContain('Bad gateway')
    })

    test('each message is a run of its own, and none is asked for once it has finished', async () => {
      const site = await chatSite(htmx, scripted(says('One'), says('Two')))
      const { page, requests } = await openPage(browser, site.url)
      await ask(page, 'First')
      await soon(page, async () => statuses(page)).toEqual(['completed'])
      await ask(page, 'Second')
      await soon(page, async () => statuses(page)).toEqual(['completed', 'completed'])
      expect(await page.locator('.agent-run__output').allTextContents()).toEqual(['One\n', 'Two\n'])
      await page.clock.runFor(10_000)
      await page.waitForLoadState('networkidle')
      const asked = requests.length
      await page.clock.runFor(60_000)
      expect(requests.slice(asked)).toEqual([])
    })

    test('a person decides in the fragment, where what they opened and typed stays while nothing changes', async () => {
      const site = await chatSite(htmx, scripted(calls('refund', { amount: 5 }), says('Refunded')))
      const { page, requests } = await openPage(browser, site.url)
      await ask(page, 'Money back!')
      await soon(page, async () => statuses(page)).toEqual(['awaiting_approval'])
      await page.click('.agent-run__tool summary')
      await page.fill('[name=message]', 'half a sen')
      const asked = requests.length
      const polls = async () =>
        requests.slice(asked).filter((path) => path.endsWith('/fragment/')).length
      await soon(page, polls).toBeGreaterThan(1)
      expect(await page.inputValue('[name=message]')).toBe('half a sen')
      expect(await page.locator('details[open]').count()).toBe(1)
      await page.click('text=Approve')
      await soon(page, async () => statuses(page)).toEqual(['completed'])
      expect(await page.innerText('.agent-run__output')).toContain('Refunded')
    })

    test('what is refused is said where the page wants it, and what was typed stays', async () => {
      const site = await chatSite(htmx, { ...scripted(says('Never')), limits: { inputBytes: 50 } })
      const { page } = await openPage(browser, site.url)
      await ask(page, 'x'.repeat(60))
      await page.waitForSelector('#agentic-error .agent-error[data-code=too_large]')
      expect(await page.inputValue('textarea')).toBe('x'.repeat(60))
      expect(await statuses(page)).toEqual([])
    })
  })
}

async function ask(page: Page, message: string): Promise<void> {
  await page.fill('textarea', message)
  await page.click('text=Send')
}

async function statuses(page: Page): Promise<(string | null)[]> {
  return page
    .locator('.agent-run')
    .evaluateAll((runs) => runs.map((run) => run.getAttribute('data-status')))
}

async function written(page: Page): Promise<string> {
  return (await page.locator('.agent-run__partial').allTextContents()).join('')
}

async function chatSite(htmx: Htmx, options: Parameters<typeof startSite>[1]): Promise<Site> {
  const site = await startSite(htmx, options)
  const { agentic } = site
  site.show(async () => {
    const { data } = await agentic.runs.list({ owner: 'ada', session: 'chat' })
    const runs = await Promise.all(data.map(async (run) => agentic.renderRun(run)))
    const conversation = await agentic.renderConversation({ owner: 'ada', key: 'chat' })
    return `<div id="conversation" hx-get="/agents/sessions/chat/items/" hx-trigger="run-update from:body">${conversation}</div>
      <div id="runs">${runs.join('')}</div><div id="agentic-error"></div>
      ${await agentic.renderForm({ key: 'chat' })}`
  })
  return site
}
