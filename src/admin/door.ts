import { errorFragment } from '../html/error.ts'
import type { HttpDeps } from '../http/deps.ts'
import { raw } from 'hono/html'
import { markup } from '../html/markup.ts'
import { linksOf } from './links.ts'
import { pageAnswer, type Site } from './page.ts'

/** What the handler needs of the admin: what it may do, and the page for what went wrong. */
export function adminDoor(site: Site & Omit<HttpDeps['admin'], 'errorPage'>): HttpDeps['admin'] {
  const links = linksOf(site.basePath)
  const { api, agentKeys, staleAfterMs } = site
  return {
    ...{ api, agentKeys, staleAfterMs },
    errorPage: ({ message, code, status }, actor) => {
      const body = markup`${raw(errorFragment({ message, code }))}
<p><a href="${links.runs()}">All runs</a></p>`
      const title = status === 404 ? 'Not found' : 'That did not work'
      return pageAnswer(site, { title, section: null, actor, body }, status)
    },
  }
}
