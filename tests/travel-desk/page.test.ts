import type { Browser } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import {
  ask,
  conversationText,
  eventually,
  hasBrowser,
  newestText,
  withBrowser,
  openDesk,
  takeShots,
  untilStatus,
} from './browser.ts'
import { DeskClient } from './desk-client.ts'
import { deskFolder, startDesk } from './desk-server.ts'
import { expireLeases } from './expire-leases.ts'
import { holdPauses, type HeldPauses } from './held-pauses.ts'

const toUlaanbaatar = 'Book the cheapest flight from Trondheim to Ulaanbaatar tomorrow'

describe.skipIf(!hasBrowser)('the page', () => {
  let browser: Browser
  withBrowser((opened) => (browser = opened))

  test('shows the first words before the model has finished, and then the booking', async () => {
    const pauses = await holdPauses()
    const desk = await startDesk(deskFolder(), pauses.env)
    const { page, complaints } = await openDesk(browser, desk.url)
    await takeShots(page, 'welcome')
    await ask(page, toUlaanbaatar)
    pauses.model.allow(4)
    await eventually(async () => newestText(page)).toBe('Looking for flights from')
    expect(await page.getAttribute('.agent-run', 'data-status')).toBe('running')
    pauses.model.open()
    await page.waitForSelector('.agent-run__tool--running')
    await eventually(async () => conversationText(page)).toContain(toUlaanbaatar)
    await takeShots(page, 'running')
    await goOnUntilBooked(pauses, await DeskClient.signIn(desk.url, 'ada'))
    pauses.model.allow(1)
    await eventually(async () => newestText(page)).toBe('Booked:')
    pauses.model.open()
    await untilStatus(page, 'completed')
    await eventually(async () => conversationText(page)).toMatch(/Booked: .* reference is/)
    await eventually(async () => page.textContent('#bookings')).toContain('Trondheim → Ulaanbaatar')
    expect(await page.isVisible('.agent-run__output')).toBe(false)
    await page.click('.agent-conversation__item--tool summary')
    await takeShots(page, 'booked')
    expect(complaints).toEqual([])
  })

  test('goes on after a reload in the middle', async () => {
    const pauses = await holdPauses()
    const desk = await startDesk(deskFolder(), pauses.env)
    const { page, complaints } = await openDesk(browser, desk.url)
    await ask(page, toUlaanbaatar)
    pauses.model.open()
    await page.waitForSelector('.agent-run__tool--running')
    await page.reload()
    expect(await conversationText(page)).toContain(toUlaanbaatar)
    await eventually(async () => newestText(page)).toMatch(/^Looking for .*\.$/)
    pauses.tools.open()
    await untilStatus(page, 'completed')
    await eventually(async () => conversationText(page)).toContain('Booked:')
    await page.reload()
    expect(await page.textContent('#runs')).toContain('Completed')
    expect(complaints).toEqual([])
  })

  test('picks up by itself where it was when the server is killed and started again', async () => {
    const folder = deskFolder()
    const pauses = await holdPauses()
    const desk = await startDesk(folder, pauses.env)
    const { page } = await openDesk(browser, desk.url)
    await page.evaluate(() => (document.title = 'not loaded again'))
    await ask(page, toUlaanbaatar)
    pauses.model.open()
    await page.waitForSelector('.agent-run__tool--running')
    await desk.kill()
    await page.waitForSelector('#notice:not([hidden])')
    await takeShots(page, 'connection-lost')
    expect(await conversationText(page)).toContain(toUlaanbaatar)
    expect(await page.isVisible('.agent-run')).toBe(true)

    await expireLeases(desk.database)
    await startDesk(folder, { ...pauses.env, PORT: desk.port })
    await goOnUntilBooked(pauses, await DeskClient.signIn(desk.url, 'ada'))
    pauses.model.allow(1)
    await expect.poll(async () => newestText(page)).toBe('Booked:')
    pauses.model.open()
    await untilStatus(page, 'completed')
    await eventually(async () => conversationText(page)).toContain('Booked:')
    await eventually(async () => page.locator('.ticket').count()).toBe(1)
    expect(await page.isHidden('#notice')).toBe(true)
    expect(await page.title()).toBe('not loaded again')
  })

  test('cancels, and gives the words back', async () => {
    const pauses = await holdPauses()
    const desk = await startDesk(deskFolder(), pauses.env)
    const { page, complaints } = await openDesk(browser, desk.url)
    await ask(page, toUlaanbaatar)
    await page.click('.agent-run__button')
    await untilStatus(page, 'cancelled')
    await eventually(async () => page.inputValue('#message')).toBe(toUlaanbaatar)
    expect(await page.isVisible('.welcome')).toBe(true)
    await takeShots(page, 'cancelled')
    expect(await page.locator('.ticket').count()).toBe(0)
    expect(complaints).toEqual([])
  })

  test('says in words of its own that a proxy has answered for it, and what is wrong in those of the library', async () => {
    const desk = await startDesk(deskFolder(), { OFFLINE_DELAY_MS: '0' })
    const { page } = await openDesk(browser, desk.url)
    const bad = { status: 502, contentType: 'text/html', body: '<h1>Bad gateway</h1>' }
    await page.route('**/agents/runs/', async (route) => route.fulfill(bad), { times: 1 })
    await ask(page, 'Book AB123')
    await page.waitForSelector('#notice:not([hidden])')
    const notice = async () => page.innerText('#notice')
    expect(await notice()).toBe(
      'The desk did not answer. Your message is still here: send it again.',
    )
    expect(await page.inputValue('#message')).toBe('Book AB123')
    await page.locator('#composer [name=session_key]').evaluate((key) => {
      if (key instanceof HTMLInputElement) key.value = 'no key'
    })
    await page.click('.button--send')
    await eventually(notice).toMatch(/^`session_key` must be /)
  })

  test('keeps a message that did not arrive, and sends it once', async () => {
    const folder = deskFolder()
    const desk = await startDesk(folder, { OFFLINE_DELAY_MS: '0' })
    const { page } = await openDesk(browser, desk.url)
    await desk.kill()
    await ask(page, 'Book AB123')
    await page.waitForSelector('#notice:not([hidden])')
    expect(await page.inputValue('#message')).toBe('Book AB123')
    await startDesk(folder, { OFFLINE_DELAY_MS: '0', PORT: desk.port })
    await page.dblclick('.button--send')
    await untilStatus(page, 'completed')
    await eventually(async () => page.locator('.ticket').count()).toBe(1)
    expect(await page.inputValue('#message')).toBe('')
    expect(await page.isHidden('#notice')).toBe(true)
    const ada = await DeskClient.signIn(desk.url, 'ada')
    expect(await ada.bookings()).toHaveLength(1)
  })

  test('asks what its examples say, queues a second message, and begins anew', async () => {
    const pauses = await holdPauses()
    const desk = await startDesk(deskFolder(), pauses.env)
    const { page, complaints } = await openDesk(browser, desk.url)
    await page.click('.example')
    await page.waitForSelector('.agent-run')
    await ask(page, 'What have I booked?')
    await page.waitForSelector('.agent-run:nth-child(2)')
    pauses.model.open()
    pauses.tools.open()
    await eventually(async () => conversationText(page)).toContain('You have 1 booking')
    expect(await page.isVisible('.welcome')).toBe(false)
    await page.click('text=New conversation')
    await page.waitForSelector('.welcome')
    expect(await page.isVisible('.welcome')).toBe(true)
    expect(await conversationText(page)).not.toContain('booking')
    expect(complaints).toEqual([])
  })

  test('shows each user their own, and nothing after signing out', async () => {
    const desk = await startDesk(deskFolder(), { OFFLINE_DELAY_MS: '0' })
    const ada = await openDesk(browser, desk.url)
    await ask(ada.page, 'Book AB123')
    await ada.page.waitForSelector('.ticket')
    const grace = await openDesk(browser, desk.url, { user: 'grace' })
    expect(await grace.page.isVisible('.welcome')).toBe(true)
    expect(await grace.page.locator('.ticket').count()).toBe(0)
    await ada.page.click('text=Log out')
    await ada.page.waitForSelector('.sign-in')
    await takeShots(ada.page, 'sign-in')
  })

  test('works without JavaScript', async () => {
    const desk = await startDesk(deskFolder(), { OFFLINE_DELAY_MS: '300' })
    const { page } = await openDesk(browser, desk.url, { javaScriptEnabled: false })
    await ask(page, 'Book AB123')
    await page.waitForSelector('text=Booked: AB123')
    expect(await page.locator('.ticket').count()).toBe(1)
    expect(new URL(page.url()).pathname).toBe('/')
  })
})

/** Until the seat is booked, and the model is about to say so. */
async function goOnUntilBooked({ model, tools }: HeldPauses, client: DeskClient): Promise<void> {
  model.open()
  await tools.openUntil(async () => (await client.bookings()).length > 0)
  model.close()
  tools.open()
}
