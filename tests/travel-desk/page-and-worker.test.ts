import type { Browser } from 'playwright-core'
import { describe, expect, inject, test } from 'vitest'
import { hasRedisProgram, RedisServer } from '../queue/support/redis-server.ts'
import { temporaryDatabase } from '../support/instance.ts'
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
import { deskFolder, startDesk } from './desk-server.ts'
import { startWorker } from './desk-worker.ts'
import { expireLeases } from './expire-leases.ts'
import { holdPauses } from './held-pauses.ts'

const hasAll = hasBrowser && hasRedisProgram && inject('postgresUrl') !== ''

describe.runIf(hasAll)('a page of one process, with its runs in others', () => {
  let browser: Browser
  withBrowser((opened) => (browser = opened))

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
    const pauses = await holdPauses()
    const first = await startWorker({ ...env, ...pauses.env })
    pauses.model.allow(2)
    await eventually(async () => newestText(page)).toBe('Looking for')
    pauses.model.open()
    pauses.tools.open()
    await untilStatus(page, 'awaiting_approval')
    expect(await page.textContent('.agent-run__approval')).toContain('book_flight')
    await takeShots(page, 'approval')

    await first.kill()
    pauses.model.close()
    const second = await startWorker({ ...env, ...pauses.env })
    await page.click('text=Approve')
    pauses.model.allow(3)
    await eventually(async () => newestText(page)).toMatch(/^Booked: \S+ from$/)
    pauses.model.allow(1)
    await eventually(async () => newestText(page)).toMatch(/^Booked: \S+ from Trondheim$/)
    await page.reload()
    await eventually(async () => newestText(page)).toMatch(/^Booked: \S+ from Trondheim$/)
    pauses.model.allow(2)
    await eventually(async () => newestText(page)).toMatch(
      /^Booked: \S+ from Trondheim to Ulaanbaatar$/,
    )
    const resumed = await newestText(page)
    expect(await page.getAttribute('.agent-run', 'data-status')).toBe('running')
    await takeShots(page, 'by-a-worker')
    pauses.model.open()
    await untilStatus(page, 'completed')
    await eventually(async () => conversationText(page)).toContain(resumed)
    await eventually(async () => page.locator('.ticket').count()).toBe(1)
    expect(complaints).toEqual([])
    await second.kill()
  })

  test('goes on by itself when the worker is killed', async () => {
    const { env, page, complaints } = await startWeb()
    const pauses = await holdPauses()
    const first = await startWorker({ ...env, ...pauses.env })
    await page.evaluate(() => (document.title = 'not loaded again'))
    await ask(page, 'Any flights from Trondheim to Ulaanbaatar tomorrow?')
    pauses.model.open()
    await page.waitForSelector('.agent-run__tool--running')
    await first.kill()
    await expireLeases(env.DATABASE_URL)
    await startWorker({ ...env, ...pauses.env })
    pauses.tools.open()
    await untilStatus(page, 'completed')
    await eventually(async () => conversationText(page)).toContain('Ulaanbaatar tomorrow?')
    expect(await page.title()).toBe('not loaded again')
    expect(complaints).toEqual([])
  })
})
