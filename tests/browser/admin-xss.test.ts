import type { Browser } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { hasBrowser, withBrowser } from '../travel-desk/browser.ts'
import { scripted } from '../http/agents.ts'
import { adminPagesWith } from '../admin/pages-with.ts'
import { openPage, startSite, strictPolicy } from './fragment-page.ts'
import { attacks } from './markup-attacks.ts'

describe.skipIf(!hasBrowser)(
  'what others write stays text on the pages of who operates the app',
  () => {
    let browser: Browser
    withBrowser((opened) => (browser = opened))

    test.each([
      ['under the strict policy', strictPolicy],
      ['where escaping alone has to hold', null],
    ])('in every field, %s', async (_where, policy) => {
      const site = await startSite('htmx 4', scripted(), policy)
      const bodies = attacks.flatMap((attack) => adminPagesWith(attack))
      site.show(() => bodies.map(([, body]) => body).join('\n'))
      const { page, complaints, requests } = await openPage(browser, site.url)
      await page.evaluate(() =>
        document.querySelectorAll('details').forEach((each) => (each.open = true)),
      )
      await page.waitForLoadState('networkidle')
      expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false)
      expect(requests.filter((path) => path.includes('evil'))).toEqual([])
      expect(new URL(page.url()).pathname).toBe('/')
      expect(complaints.filter((each) => !each.includes('404'))).toEqual([])
      const found = await page.evaluate(() => ({
        active: document.body.querySelectorAll(
          'script, style, link, meta, base, iframe, object, embed, img, math, video, template',
        ).length,
        handlers: [...document.body.querySelectorAll('*')].flatMap((element) =>
          element
            .getAttributeNames()
            .filter((name) => /^(on|srcdoc|style)/.test(name) || /^(data-)?hx-on/.test(name)),
        ),
        links: [...document.links].map((link) => `${link.protocol}//${link.host}`),
        text: document.body.textContent ?? '',
      }))
      expect(found).toMatchObject({ active: 0, handlers: [] })
      expect(new Set(found.links)).toEqual(new Set([new URL(page.url()).origin]))
      for (const attack of attacks) expect(found.text, attack).toContain(attack)
    })
  },
)
