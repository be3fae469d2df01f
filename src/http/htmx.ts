import type { RunView } from '../core/options.ts'
import { isFinished } from '../core/run.ts'
import { fragmentVersion, seenHeader } from '../html/fragment-version.ts'
import { emptyAnswer, htmlAnswer, revalidated } from './answer.ts'
import type { HttpDeps } from './deps.ts'
import { isHtmx } from './wants.ts'

/** The status that makes htmx 2 stop polling; htmx 4 stops because a finished fragment has no trigger. */
const stopPolling = 286

/** Other panels of a page listen to this and refresh themselves. */
const runUpdate = { 'HX-Trigger': 'run-update' }

/** A poll of the run fragment. */
export async function pollAnswer(
  request: Request,
  deps: HttpDeps,
  view: RunView,
): Promise<Response> {
  if (isFinished(view.run) && isHtmx(request)) {
    return htmlAnswer(deps.config.templates.run(view), stopPolling, runUpdate)
  }
  if (isHtmx(request) && request.headers.get(seenHeader) === fragmentVersion(view)) {
    return emptyAnswer(204, runUpdate)
  }
  return revalidated(request, htmlAnswer(deps.config.templates.run(view), 200, runUpdate))
}

/** The run fragment as the answer to a form. */
export async function runFragmentAnswer(
  { views, config }: HttpDeps,
  query: { owner: string; id: string },
): Promise<Response> {
  return htmlAnswer(config.templates.run(await views.run(query)), 200, runUpdate)
}
