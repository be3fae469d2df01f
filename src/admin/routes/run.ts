import { z } from 'zod'
import { htmlAnswer } from '../../http/answer.ts'
import { runParams } from '../../http/fields.ts'
import { isHtmx } from '../../http/wants.ts'
import { adminRoute } from '../admin-route.ts'
import { blankable } from '../fields.ts'
import { runPage } from '../html/run-page.ts'
import { shortId } from '../words.ts'

const pathRule = 'must be the path of a step'
const path = blankable(z.string(pathRule).max(2000, pathRule))

/** To htmx: what of the page can change. */
export const adminRun = adminRoute({
  method: 'GET',
  path: 'admin/runs/:run_id/',
  summary: 'What one run did, step by step.',
  params: runParams,
  query: z.object({ step: path, before: path }),
  async show({ deps, links, request, params, query }) {
    const { api } = deps.admin
    const { run_id: id } = params
    const { step, before } = query
    const [timeline, whole] = await Promise.all([
      api.runs.get({ id, ...(before === undefined ? {} : { stepsBefore: before }) }),
      step === undefined ? null : api.runs.step({ id, path: step }),
    ])
    const body = runPage({ timeline, whole, before, links, now: Date.now() })
    if (isHtmx(request)) return htmlAnswer(body.toString())
    return { title: `Run ${shortId(id)}`, section: 'Runs', body }
  },
})
