import type { Page } from 'playwright-core'
import { sendByScript, type Sent } from './attacks.ts'

/** How a page tries to read what is another's, and what it is left with. */
export interface Reading {
  what: string
  read(page: Page, url: string): Promise<string>
  learns: string
  /** Shows it, as a page. */
  showsPage?: boolean
  /** It is refused, whoever asks. */
  isRefused?: boolean
  /** Where it is asked from; from within a page unless it says. */
  place?: 'page'
}

/** In the page: which event an element that loads the address has, and whether it made anything of it. */
async function load({ tag, url }: { tag: 'script' | 'img' | 'link'; url: string }) {
  const known = new Set(Object.keys(globalThis))
  const element = document.createElement(tag)
  const done = Promise.withResolvers<string>()
  for (const event of ['load', 'error']) {
    element.addEventListener(event, () => done.resolve(event))
  }
  element.setAttribute(tag === 'link' ? 'href' : 'src', url)
  if (tag === 'link') element.setAttribute('rel', 'stylesheet')
  document.body.append(element)
  const event = await done.promise
  const made = Object.keys(globalThis).filter((name) => !known.has(name))
  return [event, ...made].join()
}

const byElement =
  (tag: 'script' | 'img' | 'link'): Reading['read'] =>
  async (page, url) =>
    page.evaluate(load, { tag, url })

const byScript =
  (init: Sent): Reading['read'] =>
  async (page, url) =>
    page.evaluate(sendByScript, { url, init })

export const failed = 'TypeError: Failed to fetch'

export const readings: Reading[] = [
  { what: 'a script that asks for it', read: byScript({}), learns: failed },
  {
    what: 'a script that asks for no answer',
    read: byScript({ mode: 'no-cors' }),
    learns: 'opaque 0 ',
  },
  { what: 'a script element', read: byElement('script'), learns: 'error' },
  { what: 'an image', read: byElement('img'), learns: 'error' },
  { what: 'a stylesheet', read: byElement('link'), learns: 'error' },
  {
    what: 'an event source',
    read: async (page, url) =>
      page.evaluate(async (address) => {
        const source = new EventSource(address, { withCredentials: true })
        const done = Promise.withResolvers<string>()
        source.addEventListener('open', () => done.resolve('open'))
        source.addEventListener('message', () => done.resolve('message'))
        source.addEventListener('error', () => done.resolve('error'))
        const event = await done.promise
        source.close()
        return event
      }, url),
    learns: 'error',
  },
  {
    what: 'a frame',
    read: async (page, url) =>
      page.evaluate(async (address) => {
        const frame = document.createElement('iframe')
        const done = Promise.withResolvers<void>()
        frame.addEventListener('load', () => done.resolve())
        frame.src = address
        document.body.append(frame)
        await done.promise
        return String(frame.contentDocument?.body.textContent)
      }, url),
    learns: 'undefined',
    showsPage: true,
    isRefused: true,
  },
  {
    what: 'a window',
    read: async (page, url) => {
      const opened = page.waitForEvent('popup')
      await page.evaluate((address) => void Object.assign(globalThis, { w: open(address) }), url)
      const popup = await opened
      await popup.waitForLoadState()
      const text = await page.evaluate(() => {
        try {
          const { w } = globalThis as unknown as { w: Window }
          return String(w.document.body.textContent)
        } catch (error) {
          return error instanceof DOMException ? error.name : String(error)
        }
      })
      // It may ask for more of itself.
      await popup.close()
      return text
    },
    learns: 'SecurityError',
    place: 'page',
    showsPage: true,
  },
]
