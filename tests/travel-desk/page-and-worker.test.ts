import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { hasRedisProgram, RedisServer } from '../queue/support/redis-server.ts'
import { temporaryDatabase } from '../support/instance.ts'
import {
  ask,
  conversationText,
  eventually,
  hasBrowser,
  openBrowser,
  openDesk,
  takeShots,
  untilStatus,
} from './browser.ts'
import { deskFolder, startDesk } from './desk-server.ts'
import { startWorker } from './desk-worker.ts'

const hasAll = hasBrowser && hasRedisProgram && inject('postgresUrl') !== ''

describe.runIf(hasAll)('a page of one process, with its runs in others', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(async () => browser.close())

  /** A web process that executes nothing. */
  async function startWeb() {
    const env = {
      DATABASE_URL: temporaryDatabase('postgres'),
      QUEUE: 'bullmq',
      REDIS_URL: (await RedisServer.started()).url,
      APPROVE_BOOKINGS: 'on',
    }
    const desk = await startDesk(deskFolder(), { ...env, CONCURRENCY: '0' })
    return { env, ...(await openDesk(browser, desk.url)) }
  }

  test('shows words as a worker gets them, asks, and goes on in the middle of a word after a reload', async () => {
    const { env, page, complaints } = await startWeb()
    await ask(page, 'Book the cheapest flight from Trondheim to Ulaanbaatar tomorrow')
    // Accepted, and nobody is there to execute it.
    await untilStatus(page, 'pending')
    const quick = await startWorker({ ...env, OFFLINE_DELAY_MS: '800' })
    await moreThan(page, 'Looking for')
    await untilStatus(page, 'awaiting_approval')
    expect(await page.textContent('.agent-run__approval')).toContain('book_flight')
    await takeShots(page, 'approval')

    await quick.kill()
    const slow = await startWorker({ ...env, OFFLINE_DELAY_MS: '6000' })
    await page.click('text=Approve')
    const seen = await moreThan(page, 'Booked: ')
    const later = await moreThan(page, seen)
    await page.reload()
    const resumed = await moreThan(page, later)
    expect(await page.getAttribute('.agent-run', 'data-status')).toBe('running')
    await takeShots(page, 'by-a-worker')
    await untilStatus(page, 'completed')
    await eventually(async () => conversationText(page)).toContain(resumed)
    expect(await page.locator('.ticket').count()).toBe(1)
    expect(complaints).toEqual([])
    await slow.kill()
  })

  test('goes on by itself when the worker is killed', async () => {
    const { env, page, complaints } = await startWeb()
    const slowly = { ...env, OFFLINE_DELAY_MS: '1500' }
    const first = await startWorker(slowly)
    await page.evaluate(() => (document.title = 'not loaded again'))
    await ask(page, 'Any flights from Trondheim to Ulaanbaatar tomorrow?')
    await page.waitForSelector('.agent-run__tool--running')
    await first.kill()
    await startWorker(slowly)
    await untilStatus(page, 'completed')
    await eventually(async () => conversationText(page)).toContain('Ulaanbaatar tomorrow?')
    expect(await page.title()).toBe('not loaded again')
    expect(complaints).toEqual([])
  })
})

/** The newest message as far as it is written, as soon as it goes on from there. */
async function moreThan(page: Page, start: string): Promise<string> {
  const found = await page.waitForFunction((begun) => {
    const shown = document.querySelector('.agent-run__partial')?.textContent ?? ''
    const newest = shown.split('\n\n').at(-1) ?? ''
    return newest.startsWith(begun) && newest.length > begun.length && newest
  }, start)
  return String(await found.jsonValue())
}
