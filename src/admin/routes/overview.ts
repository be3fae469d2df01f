import { z } from 'zod'
import { adminRoute } from '../admin-route.ts'
import { blankable } from '../fields.ts'
import { overviewPage } from '../html/overview-page.ts'
import { windowNames, windows } from '../windows.ts'

export const adminOverview = adminRoute({
  method: 'GET',
  path: 'admin/',
  summary: 'How things stand, and how they went.',
  query: z.object({
    window: blankable(z.enum(windowNames, `must be one of ${windowNames.join(', ')}`)),
  }),
  async show({ deps, links, query: { window = '24h' } }) {
    const { api, staleAfterMs } = deps.admin
    const now = Date.now()
    const overview = await api.overview({ since: now - windows[window].ms, until: now })
    const body = overviewPage({ overview, window, links, now, staleAfterMs })
    return { title: 'Overview', section: 'Overview', body }
  },
})
