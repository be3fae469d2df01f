import type { Browser } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { complaintsOf, hasBrowser, withBrowser, takeShots } from './browser.ts'
import { deskFolder, startDesk } from './desk-server.ts'

const runStatuses = ['pending', 'running', 'awaiting_approval', 'completed', 'failed', 'cancelled']

describe.skipIf(!hasBrowser)('the gallery', () => {
  let browser: Browser
  withBrowser((opened) => (browser = opened))

  test('shows every state of the fragments, wide and narrow, light and dark', async () => {
    const desk = await startDesk(deskFolder())
    const page = await browser.newPage()
    const complaints = complaintsOf(page)
    await page.goto(`${desk.url}/gallery`, { waitUntil: 'networkidle' })
    for (const status of runStatuses) {
      expect(
        await page.locator(`.agent-run[data-status=${status}]`).count(),
        status,
      ).toBeGreaterThan(0)
    }
    await page.locator('.agent-run__tool summary').first().click()
    await takeShots(page, 'gallery', true)
    expect(complaints).toEqual([])
  })

  test('is not there in production', async () => {
    const desk = await startDesk(deskFolder(), { NODE_ENV: 'production' })
    expect((await fetch(`${desk.url}/gallery`)).status).toBe(404)
  })
})
