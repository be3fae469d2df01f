import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { routes } from '../../src/routes.ts'
import { addressesOf, writeRoutes, writesOf, type Write } from '../http/writes.ts'
import { everyRow } from '../support/every-row.ts'
import { hasBrowser, openBrowser } from '../travel-desk/browser.ts'
import { preflightedAttacks, simpleAttacks } from './attacks.ts'
import { failed, readings } from './readings.ts'
import {
  openSignedIn,
  startAttackedSite,
  startOtherSite,
  stayAt,
  type AttackedSite,
} from './sites.ts'

let browser: Browser
/** Of one user throughout the tests beside each other: a page for each costs more than all that is asked of it. */
let page: Page
beforeAll(async () => {
  if (hasBrowser) browser = await openBrowser()
})
afterAll(async () => browser?.close())

function signInBefore(cookie: string): void {
  beforeAll(async () => {
    const opened = await openSignedIn(browser, cookie)
    page = opened.page
    return async () => opened.close()
  })
  afterEach(async () => {
    const windows = page
      .context()
      .pages()
      .filter((each) => each !== page)
    for (const each of windows) await each.close()
  })
}

/**
 * From where the cookie of a user comes along: where it does, it is not the cookie that protects. This browser gives none
 * to what is within a page of another site.
 */
const senders = [
  { who: 'another site', host: '127.0.0.1', cookie: 'SameSite=None; Secure', comesFrom: ['page'] },
  { who: 'another site', host: '127.0.0.1', cookie: 'SameSite=Lax', comesFrom: [] },
  { who: 'a neighbour', host: 'localhost', cookie: 'SameSite=Lax', comesFrom: ['page', 'within'] },
] satisfies { who: string; host: 'localhost' | '127.0.0.1'; cookie: string; comesFrom: string[] }[]

const readRoutes = routes.filter(({ kind }) => kind === 'read')
/** A page of another site can name no other method without asking first. */
const posts = writeRoutes.filter(({ method }) => method === 'POST')

describe.skipIf(!hasBrowser).each(senders)(
  '$who can do nothing for a user with a cookie of $cookie',
  ({ host, cookie, comesFrom }) => {
    signInBefore(cookie)
    let other: string
    beforeAll(async () => {
      const { url, close } = await startOtherSite(host)
      other = url
      return close
    })

    test.each(simpleAttacks)('by $what', async ({ from = '', place, launch }) => {
      const isSigned = comesFrom.some((each) => each === place)
      const site = await startAttackedSite()
      const before = await everyRow(site.database)
      for (const { path, fields } of posts.flatMap((route) =>
        writesOf(route, site.things).slice(-1),
      )) {
        await stayAt(page, other + from)
        const seen = (await site.arrivals()).length
        await launch(page, `${site.url}agents/${path}`, fields, other)
        const refused = isSigned ? 403 : 401
        const arrival = { method: 'POST', path: `/agents/${path}`, hasCookie: isSigned }
        expect((await site.arrivals(seen)).slice(seen)).toMatchObject([
          { ...arrival, status: refused },
        ])
      }
      expect(await everyRow(site.database)).toEqual(before)
    })

    test.each(preflightedAttacks)('by $what', async ({ launch }) => {
      const site = await startAttackedSite()
      const before = await everyRow(site.database)
      await stayAt(page, other)
      for (const { path, fields } of writes(site)) {
        const seen = (await site.arrivals()).length
        const learned = await launch(page, `${site.url}agents/${path}`, fields, other)
        expect(learned ?? failed).toBe(failed)
        // The question alone: what it is about is never sent.
        const question = { method: 'OPTIONS', path: `/agents/${path}`, hasCookie: false }
        expect((await site.arrivals(seen)).slice(seen)).toMatchObject([
          { ...question, status: 401 },
        ])
      }
      expect(await everyRow(site.database)).toEqual(before)
    })

    test.each(readings)(
      'nor read by $what',
      async ({ read, learns, place = 'within', showsPage = false, isRefused = false }) => {
        // Whoever goes to a page has every cookie of it but a strict one.
        const isSigned = place === 'page' || comesFrom.some((each) => each === 'within')
        const site = await startAttackedSite()
        // A stream is no page, and nobody waits for its end.
        const readable = readRoutes.filter(({ path }) => !showsPage || !path.endsWith('/live/'))
        for (const path of readable.flatMap((route) =>
          addressesOf(route.path, site.things).slice(-1),
        )) {
          await stayAt(page, other)
          const seen = (await site.arrivals()).length
          const url = `${site.url}agents/${path}`
          expect(await read(page, url), path).toBe(learns)
          const [arrival] = (await site.arrivals(seen)).slice(seen)
          expect(arrival).toMatchObject({
            method: 'GET',
            path: `/agents/${path}`,
            hasCookie: isSigned,
          })
          if (!isSigned) expect(arrival?.status).toBe(401)
          else if (isRefused) expect(arrival?.status).toBe(403)
          else expect(arrival?.status).toBeLessThan(300)
        }
      },
    )
  },
)

function writes({ things }: AttackedSite): Write[] {
  return writeRoutes.flatMap((route) => writesOf(route, things))
}

describe.skipIf(!hasBrowser)('the own page', () => {
  signInBefore('SameSite=Lax')

  const ways = [...simpleAttacks, ...preflightedAttacks].filter(({ acts }) => acts === true)
  test.each(ways)('acts by $what', async ({ launch }) => {
    for (const route of posts) {
      // Of its own: a run that was cancelled has no approval left.
      const site = await startAttackedSite()
      const before = await everyRow(site.database)
      const statuses: number[] = []
      for (const { path, fields } of writesOf(route, site.things)) {
        await stayAt(page, site.url)
        const seen = (await site.arrivals()).length
        await launch(page, `${site.url}agents/${path}`, fields, site.url)
        statuses.push(
          ...(await site.arrivals(seen)).slice(seen, seen + 1).map((each) => each.status),
        )
      }
      expect(Math.min(...statuses), route.path).toBeLessThan(400)
      expect(await everyRow(site.database), route.path).not.toEqual(before)
    }
  })
})
