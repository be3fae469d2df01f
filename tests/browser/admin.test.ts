import type { Browser, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { idAt } from '../../src/core/id-times.ts'
import { calls, held, says, scripted } from '../http/agents.ts'
import { seedRuns, type SeededRun } from '../operations/support/seed-runs.ts'
import { temporaryDatabase } from '../support/instance.ts'
import { instance } from '../support/instance.ts'
import { hasBrowser, withBrowser } from '../travel-desk/browser.ts'
import { openAdmin, startAdminSite } from './admin-site.ts'
import { soon } from './fragment-page.ts'

const dayMs = 86_400_000
const owners = ['ada@example.com', 'bob@example.com']

/** Runs of three days, one every half an hour: of each owner some failed, each day. */
function threeDays(): SeededRun[] {
  const now = Date.now()
  return Array.from({ length: 144 }, (_each, index) => {
    const createdAt = now - (index * dayMs) / 48 - 1_000
    const failed = index % 12 === 5 || index % 12 === 8
    return {
      id: `${idAt(createdAt)}-7000-8000-${String(index).padStart(12, '0')}`,
      owner: owners[index % 2] ?? '',
      session: `chat-${index % 5}`,
      agent: 'desk',
      status: failed ? 'failed' : 'completed',
      createdAt,
      error: failed ? `Error: the airline refused booking ${index}` : null,
    }
  })
}

describe.skipIf(!hasBrowser)('somebody who operates an app and has never seen the admin', () => {
  let browser: Browser
  withBrowser((opened) => (browser = opened))

  test('finds yesterday’s failed run of one user, and reads why it failed', async () => {
    const database = temporaryDatabase()
    const site = await startAdminSite({ database })
    await site.agentic.start()
    const runs = threeDays()
    await seedRuns(database, runs)
    const { page, complaints } = await openAdmin(browser, site.url)
    await page.getByRole('link', { name: 'Runs', exact: true }).click()
    await page.getByRole('link', { name: 'Yesterday' }).click()
    await page.getByLabel('Status').selectOption({ label: 'Failed' })
    await page.getByLabel('Owner').fill('bob@example.com')
    await page.getByRole('button', { name: 'Search' }).click()
    const today = Math.floor(Date.now() / dayMs) * dayMs
    const expected = runs.filter(
      ({ status, owner, createdAt }) =>
        status === 'failed' &&
        owner === 'bob@example.com' &&
        createdAt >= today - dayMs &&
        createdAt < today,
    )
    const rows = page.getByRole('table', { name: 'Runs' }).getByRole('row')
    // And the row of names.
    expect(await rows.count()).toBe(expected.length + 1)
    await rows.nth(1).getByRole('link').first().click()
    const why = page.getByRole('region', { name: 'Why it failed' })
    expect(await why.textContent()).toContain(String(expected[0]?.error))
    expect(await why.textContent()).toContain('The agent’s own code threw')
    expect(complaints).toEqual([])
  })

  test('cancels fifty runs at once', async () => {
    const site = await startAdminSite({})
    const submit = async (owner: string, index: number) =>
      site.agentic.runs.submit({ owner, session: `chat-${index}`, input: `Question ${index}` })
    for (let index = 0; index < 50; index += 1) await submit('ada@example.com', index)
    const kept = await submit('bob@example.com', 0)
    const { page, complaints } = await openAdmin(browser, `${site.url}runs/`)
    await page.getByLabel('Status').selectOption({ label: 'Queued' })
    await page.getByLabel('Owner').fill('ada@example.com')
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByLabel('All on this page').check()
    await page.getByText('50 of 50 chosen').waitFor()
    await page.getByRole('button', { name: 'Cancel…' }).click()
    // What is about to be done is named, and nothing is done yet.
    await page.getByText('Cancel 50 runs? They stop').waitFor()
    expect(await page.getByRole('row').count()).toBe(51)
    expect((await site.agentic.admin.runs.list({ status: 'cancelled' })).data).toEqual([])
    await page.getByRole('button', { name: 'Cancel 50 runs' }).click()
    await page.getByText('Done for 50 runs.').waitFor()
    const { data } = await site.agentic.admin.runs.list({ status: 'cancelled' })
    expect(data.map(({ owner }) => owner)).toEqual(Array.from({ length: 50 }, () => owners[0]))
    expect((await site.agentic.runs.get({ ...kept })).status).toBe('pending')
    await page.getByRole('link', { name: 'Audit' }).click()
    const lines = await page.getByRole('row').filter({ hasText: 'olga' }).count()
    expect(lines).toBe(50)
    expect(complaints).toEqual([])
  })

  test('approves one call of two', async () => {
    const { site, runs } = await siteWithCalls()
    const { page, complaints } = await openAdmin(browser, site.url)
    await page.getByRole('link', { name: '2 wait for approval' }).click()
    const asked = page.getByRole('article').filter({ hasText: 'for bob' })
    expect(await asked.textContent()).toContain('"amount": 7')
    await asked.getByRole('button', { name: 'Approve' }).click()
    await page.getByText('Decided 1 call.').waitFor()
    expect(await decisions(site, runs)).toEqual(['ada pending', 'bob approved by olga'])
    expect(complaints).toEqual([])
  })

  test('rejects one with the keyboard alone', async () => {
    const { site, runs } = await siteWithCalls()
    const { page } = await openAdmin(browser, `${site.url}approvals/`)
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('Skip to content')
    await page.keyboard.press('Enter')
    await tabTo(page, 'Choose refund of bob')
    await page.keyboard.press('Space')
    await tabTo(page, 'Reject…', 'Shift+Tab')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/decisions/')
    await tabTo(page, 'Message to the agents (optional)')
    await page.keyboard.type('Too much')
    await tabTo(page, 'Reject: 1 call')
    await page.keyboard.press('Enter')
    await page.getByText('Decided 1 call.').waitFor()
    expect(await decisions(site, runs)).toEqual(['ada pending', 'bob rejected by olga'])
  })

  test('types words for a decision on the page of a run, which asks for itself meanwhile', async () => {
    const { site, runs } = await siteWithCalls()
    const { page } = await openAdmin(browser, 'about:blank')
    await page.clock.install()
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.goto(`${site.url}runs/${runs[0]?.runId}/`)
    await page.getByText('Change the arguments').click()
    await page.getByLabel('Arguments, as JSON').fill('{"amount": 4}')
    await page.getByLabel('Message to the agent').fill('Too m')
    await page.getByLabel('For the rest of this run').nth(1).check()
    const isAskedAgain = async () => {
      const before = asked.length
      await soon(page, async () => asked.length).toBeGreaterThan(before + 2)
    }
    await isAskedAgain()
    expect(await focused(page)).toBe('For the rest of this run')
    for (const words of ['Approve', 'Cancel…']) {
      await page.getByRole('button', { name: words }).focus()
      await isAskedAgain()
      expect(await focused(page)).toBe(words)
    }
    expect(await page.getByLabel('Arguments, as JSON').isVisible()).toBe(true)
    expect(await page.getByLabel('Arguments, as JSON').inputValue()).toBe('{"amount": 4}')
    await page.getByLabel('Message to the agent').press('End')
    await page.keyboard.type('uch')
    await page.keyboard.press('Enter')
    await page.getByText('Decided 1 call.').waitFor()
    const [approval] = await site.agentic.approvals.list({ owner: 'ada' })
    expect(approval).toMatchObject({ status: 'rejected', message: 'Too much', restOfRun: true })
  })

  test('sees a run go on while it runs, without losing what was unfolded, until it has ended', async () => {
    const { step, release } = held('All done')
    const site = await startAdminSite(scripted(calls('find_flight', { to: 'LIS' }), step))
    const { id } = await site.agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Fly' })
    const { page, complaints } = await openAdmin(browser, 'about:blank')
    await page.clock.install()
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.goto(`${site.url}runs/${id}/`)
    const tool = page.locator('summary', { hasText: 'find_flight' })
    await soon(page, async () => tool.count()).toBe(1)
    await tool.click()
    expect(await page.locator('#run .agent-run__status').textContent()).toBe('Running')
    const before = asked.length
    await soon(page, async () => asked.length).toBeGreaterThan(before + 1)
    release()
    await soon(page, async () => page.locator('#run .agent-run__status').textContent()).toBe(
      'Completed',
    )
    expect(await page.locator('.admin-step pre', { hasText: 'AF1 to LIS' }).isVisible()).toBe(true)
    expect(await page.locator('#run').textContent()).toContain('All done')
    const after = asked.length
    await page.clock.runFor(20_000)
    expect(asked.length).toBe(after)
    expect(complaints).toEqual([])
  })
})

/** A site where a call of Ada's and one of Bob's wait for a person, and nothing moves by itself. */
async function siteWithCalls() {
  const database = temporaryDatabase()
  const script = [calls('refund', { amount: 5 }), calls('refund', { amount: 7 })]
  const executing = instance({ ...scripted(...script, says('Done')), database })
  const runs: { owner: string; runId: string }[] = []
  for (const owner of ['ada', 'bob']) {
    const { id } = await executing.runs.submit({ owner, session: 'chat', input: 'Money back' })
    await executing.runs.wait({ owner, id, until: 'pause' })
    runs.push({ owner, runId: id })
  }
  await executing.close()
  return { site: await startAdminSite({ database }), runs }
}

async function decisions(
  { agentic }: Awaited<ReturnType<typeof startAdminSite>>,
  runs: { owner: string; runId: string }[],
): Promise<string[]> {
  const lists = await Promise.all(runs.map(async (run) => agentic.approvals.list(run)))
  return lists
    .flat()
    .map(({ owner, status, decidedBy }) =>
      [owner, status, ...(decidedBy === null ? [] : ['by', decidedBy])].join(' '),
    )
}

/** What a person who hears the page is told about where they are. */
async function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement
    const [label] = (element instanceof HTMLInputElement ? element.labels : null) ?? []
    const words = element?.getAttribute('aria-label') ?? (label ?? element)?.textContent
    return (words ?? '').trim()
  })
}

async function tabTo(page: Page, words: string, key = 'Tab'): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press(key)
    if ((await focused(page)) !== words) continue
    const outline = await page.evaluate(() => {
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement as Element)
      return `${outlineStyle} ${outlineWidth}`
    })
    expect(outline).toBe('solid 3px')
    return
  }
  throw new Error(`${words} is not reached by ${key}; focused is ${await focused(page)}`)
}
