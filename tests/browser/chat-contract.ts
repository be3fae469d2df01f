import type { Browser, Page, Route } from 'playwright-core'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { calls, says, scripted } from '../http/agents.ts'
import { hasBrowser, withBrowser } from '../travel-desk/browser.ts'
import { openPage, soon, startSite, type Htmx, type Site } from './fragment-page.ts'
import { speaking } from './speaking.ts'

/** A chat of the library's fragments alone, in a real browser under the strictest policy. */
export function chatContract(htmx: Htmx): void {
  describe.skipIf(!hasBrowser)(`with ${htmx}`, () => {
    let browser: Browser
    withBrowser((opened) => (browser = opened))

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

    const streams = isLive ? ['its stream'] : []
    test.each(streams)('text is seen again once %s is dead and none can be made', async () => {
      const model = speaking()
      const site = await chatSite(htmx, scripted(model.step))
      const { page } = await openPage(browser, site.url)
      await ask(page, 'Hi')
      model.say('First ')
      await page.waitForSelector('[name=seen][value*=".live"]', { state: 'attached' })
      await soon(page, async () => written(page)).toBe('First ')
      await page.route('**/live/*', async (route) => route.abort())
      site.cut()
      model.say('second ')
      const realNow = Date.now
      const now = vi.spyOn(Date, 'now').mockImplementation(() => realNow() + 30_000)
      onTestFinished(() => now.mockRestore())
      await soon(page, async () => written(page)).toBe('First second ')
      model.say('third')
      await soon(page, async () => written(page)).toBe('First second third')
      model.end()
      await soon(page, async () => statuses(page)).toEqual(['completed'])
    })

    test('two fragments of one run show it both, to its end', async () => {
      const model = speaking()
      const site = await startSite(htmx, scripted(model.step))
      const run = await site.agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Hi' })
      const status = async () => (await site.agentic.runs.get({ owner: 'ada', id: run.id })).status
      await expect.poll(status).toBe('running')
      site.show(
        async () => `${await site.agentic.renderRun(run)}${await site.agentic.renderRun(run)}`,
      )
      const { page } = await openPage(browser, site.url)
      const live = async () => page.locator('[name=seen][value*=".live"]').count()
      if (isLive) await soon(page, live).toBe(2)
      model.say('To Oslo')
      const texts = async () => page.locator('.agent-run__partial').allTextContents()
      if (isLive) await soon(page, texts).toEqual(['To Oslo', 'To Oslo'])
      model.end()
      await soon(page, async () => statuses(page)).toEqual(['completed', 'completed'])
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

    test('while an answer to Send is late nothing can be typed that it would wipe, and nothing is lost', async () => {
      const site = await chatSite(htmx, scripted(says('Hello')))
      const { page } = await openPage(browser, site.url)
      const send = async () => {
        const sent = Promise.withResolvers<Route>()
        await page.route('**/agents/runs/', sent.resolve, { times: 1 })
        await page.click('text=Send')
        const route = await sent.promise
        expect(await page.isDisabled('textarea')).toBe(true)
        return route
      }
      await page.fill('textarea', 'Hi')
      await (await send()).abort()
      await soon(page, async () => page.isEnabled('textarea')).toBe(true)
      expect(await page.inputValue('textarea')).toBe('Hi')
      await (await send()).continue()
      await soon(page, async () => statuses(page)).toEqual(['completed'])
      expect(await page.inputValue('textarea')).toBe('')
      await page.fill('textarea', 'And now?')
      expect(await page.innerText('#conversation')).toContain('Hi')
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
      await page.click('#conversation summary')
      await page.fill('[name=message]', 'half a sen')
      const asked = requests.length
      const polls = async () =>
        requests.slice(asked).filter((path) => path.endsWith('/fragment/')).length
      await soon(page, polls).toBeGreaterThan(1)
      expect(await page.inputValue('[name=message]')).toBe('half a sen')
      expect(await page.locator('details[open]').count()).toBe(2)
      await page.click('text=Approve')
      await soon(page, async () => statuses(page)).toEqual(['completed'])
      expect(await page.innerText('.agent-run__output')).toContain('Refunded')
    })

    const morphed = htmx.startsWith('htmx 4') ? ['a morphed conversation'] : []
    test.each(morphed)('what a reader opened in %s stays open as it goes on', async () => {
      const answers = [calls('find_flight', { to: 'Oslo' }), says('One'), says('Two')]
      const site = await chatSite(htmx, scripted(...answers))
      const { page } = await openPage(browser, site.url)
      await ask(page, 'First')
      await soon(page, async () => page.innerText('#conversation')).toContain('One')
      await page.click('#conversation summary >> nth=1')
      await ask(page, 'Second')
      await soon(page, async () => page.innerText('#conversation')).toContain('Two')
      const opened = await page
        .locator('#conversation details')
        .evaluateAll((all) => all.map((each) => each.hasAttribute('open')))
      expect(opened).toEqual([false, true])
    })

    test('what is refused is said where the page wants it, until it is not, and what was typed stays', async () => {
      const site = await chatSite(htmx, { ...scripted(says('Hello')), limits: { inputBytes: 200 } })
      const { page } = await openPage(browser, site.url)
      await ask(page, 'x'.repeat(300))
      await page.waitForSelector('#agentic-error .agent-error[data-code=too_large]')
      expect(await page.inputValue('textarea')).toBe('x'.repeat(300))
      expect(await statuses(page)).toEqual([])
      await ask(page, 'Hi')
      await soon(page, async () => statuses(page)).toEqual(['completed'])
      expect(await page.innerHTML('#agentic-error')).toBe('')
    })
  })
}

async function ask(page: Page, message: string): Promise<void> {
  await page.fill('textarea', message)
  // A refusal may say "send" as well.
  await page.click('.agent-form >> text=Send')
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
  const swap = htmx.startsWith('htmx 4') ? ' hx-swap="innerMorph"' : ''
  site.show(async () => {
    const { data } = await agentic.runs.list({ owner: 'ada', session: 'chat' })
    const runs = await Promise.all(data.map(async (run) => agentic.renderRun(run)))
    const conversation = await agentic.renderConversation({ owner: 'ada', key: 'chat' })
    return `<div id="conversation" hx-get="/agents/sessions/chat/items/" hx-trigger="run-update from:body"${swap} hx-status:4xx="swap:none" hx-status:5xx="swap:none">${conversation}</div>
      <div id="runs">${runs.join('')}</div><div id="agentic-error"></div>
      ${await agentic.renderForm({ key: 'chat' })}`
  })
  return site
}
