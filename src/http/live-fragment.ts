import { once } from 'node:events'
import { changedEvent, liveBeginning, liveText } from '../html/live.ts'
import { WrittenText } from '../runs/written-text.ts'
import type { HttpDeps } from './deps.ts'
import { sseEvent, sseHtml } from './sse.ts'

interface Query {
  owner: string
  id: string
  /** The version of the fragment that the page shows. */
  seen: string
  signal: AbortSignal
}

/** Messages that keep the text of a run fragment up to date, until the page has to ask for the fragment anew. */
export async function* liveFragment(
  deps: Pick<HttpDeps, 'runs' | 'views'>,
  query: Query,
): AsyncGenerator<string, undefined> {
  yield* liveTexts(deps, query)
  yield sseEvent(changedEvent)
  // The new fragment brings a stream of its own. A page takes an end of this one for an error, and says so in its log.
  if (!query.signal.aborted) await once(query.signal, 'abort')
}

async function* liveTexts(
  { runs, views }: Pick<HttpDeps, 'runs' | 'views'>,
  { owner, id, seen, signal }: Query,
): AsyncGenerator<string, undefined> {
  const view = await views.run({ owner, id })
  if (view.version !== seen) return
  yield sseHtml(liveBeginning(view))
  const written = new WrittenText(view.partialText)
  for await (const event of runs.follow({ owner, id, after: view.run.lastSequence, signal })) {
    if (event.type !== 'text_delta') return
    const goesOn = written.takeDelta(event)
    const text = String(event.payload['text'])
    yield sseHtml(goesOn ? liveText(text) : liveBeginning({ ...view, partialText: written.text }))
  }
}
