import { adminRoute } from '../admin-route.ts'
import { runsPage } from '../html/runs-page.ts'
import { runSearch, toFilter } from '../run-search.ts'

const runsOnPage = 50

export const adminRuns = adminRoute({
  method: 'GET',
  path: 'admin/runs/',
  summary: 'Everybody’s runs, newest first, narrowed by a form.',
  query: runSearch,
  async show({ deps, links, query }) {
    const { api, agentKeys } = deps.admin
    const { cursor } = query
    const page = await api.runs.list({ ...toFilter(query), limit: runsOnPage, cursor })
    const body = runsPage({ page, search: query, agentKeys, links, now: Date.now() })
    return { title: 'Runs', section: 'Runs', body }
  },
})
