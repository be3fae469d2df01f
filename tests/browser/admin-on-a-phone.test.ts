import type { Browser } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { calls, says, scripted } from '../http/agents.ts'
import { idAt } from '../../src/core/id-times.ts'
import { seedRuns } from '../operations/support/seed-runs.ts'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { hasBrowser, withBrowser } from '../travel-desk/browser.ts'
import { openAdmin, startAdminSite } from './admin-site.ts'

const owner = 'a-person-with-a-long-name@department.of.example.com'
const error = `TypeError: ${'cannotReadPropertyOfUndefined'.repeat(6)} at row 17`

describe.skipIf(!hasBrowser)('on a phone', () => {
  let browser: Browser
  withBrowser((opened) => (browser = opened))

  test('no page of the admin is wider than the screen, and what is pressed is large enough', async () => {
    const { url, paths } = await siteWithAll()
    const { page, complaints } = await openAdmin(browser, url)
    await page.setViewportSize({ width: 360, height: 740 })
    for (const path of paths) {
      await page.goto(new URL(path, url).href)
      await page.evaluate(() =>
        document.querySelectorAll('details').forEach((each) => (each.open = true)),
      )
      const seen = await page.evaluate(() => {
        const pressed = [...document.querySelectorAll('button, nav a, select, input')]
        const small = pressed.filter((element) => {
          const { width, height } = element.getBoundingClientRect()
          return width > 0 && element.getAttribute('type') !== 'checkbox' && height < 24
        })
        return {
          tooWide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
          small: small.map(({ outerHTML }) => outerHTML.slice(0, 200)),
        }
      })
      expect.soft(seen, path).toEqual({ tooWide: 0, small: [] })
    }
    await page.goto(new URL('runs/', url).href)
    await page.getByLabel('All on this page').click()
    await page.getByText('2 of 2 chosen').waitFor()
    await page.getByLabel('All on this page').click()
    await page.getByRole('row').filter({ hasText: 'Failed' }).getByRole('checkbox').check()
    await page.getByRole('button', { name: 'Purge…' }).click()
    await page.getByText('Purge 1 run?').waitFor()
    expect(complaints).toEqual([])
  })
})

/** One of everything, with names and words as long as they get. */
async function siteWithAll() {
  const database = temporaryDatabase()
  const executing = instance({
    ...scripted(calls('refund', { amount: 123_456_789 }), says('Done')),
    database,
  })
  const session = 'conversation-of-the-customer-about-a-flight-to-lisbon'
  const { id } = await executing.runs.submit({ owner, session, input: 'Money back' })
  await executing.runs.wait({ owner, id, until: 'pause' })
  await executing.close()
  const createdAt = Date.now() - 1_000
  const failed = { id: `${idAt(createdAt)}-7000-8000-000000000001`, owner, session: 'chat', error }
  await seedRuns(database, [{ ...failed, agent: 'desk', status: 'failed', createdAt }])
  const site = await startAdminSite({ database })
  const { sessionId } = await site.agentic.admin.runs.get({ id })
  const paths = ['', 'runs/', `runs/${id}/`, `runs/${failed.id}/`, 'sessions/', 'approvals/']
  return {
    ...site,
    paths: [...paths, `sessions/${sessionId}/`, 'approvals/?status=approved', 'audit/'],
  }
}
