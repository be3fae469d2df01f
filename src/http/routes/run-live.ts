import { z } from 'zod'
import { isFinished } from '../../core/run.ts'
import { stillLive } from '../../html/live.ts'
import { emptyAnswer } from '../answer.ts'
import { empty, eventStream } from '../described-answers.ts'
import { runParams, seenVersion } from '../fields.ts'
import { assertEventsOn } from '../follow-log.ts'
import { liveFragment } from '../live-fragment.ts'
import { defineRoute } from '../route.ts'
import { sseHtml } from '../sse.ts'
import { streamAnswer } from '../stream.ts'

/**
 * The run fragment as it changes, for htmx's SSE extension: the text being written as HTML, and `run-changed` once
 * anything else is not as in the version that the page shows. Any number of readers may come and go; each begins with
 * all of the text.
 */
export const runLive = defineRoute({
  method: 'GET',
  path: 'runs/:run_id/live/',
  kind: 'read',
  summary: 'The fragment of a run as it changes, for the SSE extensions of htmx.',
  answers: {
    200: eventStream('The text being written, as HTML; then the event `run-changed`.'),
    204: empty('The run has ended.'),
  },
  errors: ['events_off', 'too_many_streams'],
  params: runParams,
  query: z.object({ seen: seenVersion }),
  async handle(call) {
    const { deps, owner, params, query: asked } = call
    assertEventsOn(deps.config.eventsMode)
    const query = { owner, id: params.run_id }
    const { run } = await deps.views.version(query)
    // Tells an EventSource to stop asking.
    if (isFinished(run)) return emptyAnswer(204)
    const { seen = '' } = asked
    return streamAnswer(
      call,
      (signal) => liveFragment(deps, { ...query, seen, signal }),
      // Of the version that the page shows, whichever is the present one.
      () => sseHtml(stillLive(run.id, seen).toString()),
    )
  },
})
