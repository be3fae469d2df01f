import { isFinished } from '../core/run.ts'
import { isSeen } from '../html/fragment-version.ts'
import type { Answer } from '../core/answer.ts'
import { emptyAnswer, htmlAnswer, revalidated } from './answer.ts'
import type { HttpDeps } from './deps.ts'
import { noError } from './error-html.ts'
import { isHtmx } from './wants.ts'

/** The status that makes htmx 2 stop polling; htmx 4 stops because a finished fragment has no trigger. */
const stopPolling = 286

/** Other panels of a page listen to this and refresh themselves. Not said in vain: it may fold what a person unfolded. */
const runUpdate = { 'HX-Trigger': 'run-update' }

/** A poll of the run fragment; `seen` is the version that the page shows. */
export async function pollAnswer(
  request: Request,
  { views, config }: HttpDeps,
  query: { owner: string; id: string; seen: string | undefined },
): Promise<Answer> {
  const { seen, ...asked } = query
  if (seen !== undefined && isHtmx(request)) {
    const present = await views.version(asked)
    if (!isFinished(present.run) && isSeen(present, seen)) return emptyAnswer(204)
  }
  const view = await views.run(asked)
  const html = await config.templates.run(view)
  if (isFinished(view.run) && isHtmx(request)) return htmlAnswer(html, stopPolling, runUpdate)
  return revalidated(request, htmlAnswer(html, 200, runUpdate))
}

/** The run fragment as the answer to a form, and what else of the page changes with it. */
export async function runFragmentAnswer(
  { views, config }: HttpDeps,
  query: { owner: string; id: string },
  others = '',
): Promise<Answer> {
  const html = await config.templates.run(await views.run(query))
  return htmlAnswer(html + others + noError, 200, runUpdate)
}

/** Whether the answer goes in place of the element with this id. */
export function isAimedAt(request: Request, id: string): boolean {
  return isNamed(request.headers.get('hx-target'), id)
}

/** Whether it is the element with this id that sent the request: versions 2 and 4 say it in headers of their own. */
export function isSentBy(request: Request, id: string): boolean {
  return request.headers.get('hx-trigger') === id || isNamed(request.headers.get('hx-source'), id)
}

/** Version 2 sends an id, version 4 `tag#id`. */
function isNamed(header: string | null, id: string): boolean {
  return header === id || header?.endsWith(`#${id}`) === true
}
