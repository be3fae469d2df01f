import { existsSync, mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { beforeAll, expect, onTestFinished } from 'vitest'

const chromiumPath = process.env.CHROMIUM_PATH || '/usr/bin/chromium'
const shots = fileURLToPath(new URL('../shots/', import.meta.url))

export const hasBrowser = existsSync(chromiumPath)

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

/** A browser for the tests of a block or a file, told to `use` before the first of them and closed after the last. */
export function withBrowser(use: (browser: Browser) => void): void {
  beforeAll(async () => {
    const browser = await openBrowser()
    use(browser)
    return async () => browser.close()
  })
}

export interface DeskPage {
  page: Page
  complaints: string[]
}

/** What the browser complains about from here on: errors of scripts, refused styles and scripts. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  return complaints
}

/** A page of somebody who has just signed in. */
export async function openDesk(
  browser: Browser,
  url: string,
  options: BrowserContextOptions & { user?: string } = {},
): Promise<DeskPage> {
  const { user = 'ada', ...rest } = options
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, ...rest })
  onTestFinished(async () => context.close())
  const page = await context.newPage()
  const complaints = complaintsOf(page)
  await page.goto(url)
  await page.click(`button[value=${user}]`)
  await page.waitForSelector('#composer')
  // Its scripts too: a server may be killed right after.
  await page.waitForLoadState('load')
  return { page, complaints }
}

export async function ask(page: Page, message: string): Promise<void> {
  await page.fill('#message', message)
  await page.click('.button--send')
}

/** `expect`, tried again until it holds. */
export function eventually<T>(read: () => Promise<T>) {
  return expect.poll(read)
}

/** What a person reads in the conversation. */
export async function conversationText(page: Page): Promise<string> {
  return (await page.textContent('#conversation')) ?? ''
}

/** The newest message of the run under way, as far as it is written. */
export async function newestText(page: Page): Promise<string | undefined> {
  const texts = await page.locator('.agent-run__partial').allTextContents()
  return texts.at(-1)?.split('\n\n').at(-1)
}

export async function untilStatus(page: Page, status: string): Promise<void> {
  await page.waitForSelector(`.agent-run[data-status=${status}]`)
}

/** Light and dark, wide and narrow; nothing may stick out of a narrow page. */
export async function takeShots(page: Page, name: string, fullPage = false): Promise<void> {
  mkdirSync(shots, { recursive: true })
  for (const width of [1200, 375]) {
    await page.setViewportSize({ width, height: width === 375 ? 720 : 800 })
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      const path = `${shots}travel-desk-${name}-${width}-${colorScheme}.png`
      // Hiding the caret would leave style attributes in the page, which its policy then refuses to copy.
      await page.screenshot({ path, fullPage, caret: 'initial' })
    }
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - window.innerWidth,
    )
    expect(overflow, `${name} at ${width}`).toBeLessThanOrEqual(0)
  }
  await page.setViewportSize({ width: 1200, height: 800 })
}
