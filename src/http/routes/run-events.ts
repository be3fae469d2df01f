import { z } from 'zod'
import { isFinished } from '../../core/run.ts'
import type { Answer } from '../../core/answer.ts'
import { emptyAnswer, jsonAnswer, revalidated } from '../answer.ts'
import { empty, eventStream, json, unchanged } from '../described-answers.ts'
import { described } from '../documented.ts'
import { fields, limit, runParams, sequence } from '../fields.ts'
import { assertEventsOn, followLog } from '../follow-log.ts'
import { parse } from '../parse.ts'
import { defineRoute, type Call } from '../route.ts'
import { openedStreamAnswer, streamAnswer, type Follow } from '../stream.ts'
import { wantsStream } from '../wants.ts'
import { eventJson, eventPage, eventSchema, resetSchema, runJson } from '../wire.ts'

const after = described(sequence.optional(), 'The sequence of the last event already seen.')
const query = z.object({ after, limit: limit.optional() })

type EventsCall = Call<z.output<typeof runParams>, z.output<typeof query>>

export const runEvents = defineRoute({
  method: 'GET',
  path: 'runs/:run_id/events/',
  kind: 'read',
  summary:
    'The events of a run after a sequence: a page of them, or a stream that ends with the run.',
  answers: {
    200: [
      json(eventPage, 'A page of events.'),
      eventStream(
        'To `Accept: text/event-stream`: an event each, named by its type, its id the sequence, its data the `Event`; `reset` stands for events that are kept no more.',
        z.union([eventSchema, resetSchema]),
      ),
    ],
    204: empty('To a stream: the run has ended, and there is nothing after this sequence.'),
    ...unchanged,
  },
  errors: ['events_off', 'events_pruned', 'too_many_streams'],
  headers: z.object({
    'Last-Event-ID': described(sequence.optional(), 'For a stream; as `after`, and wins over it.'),
  }),
  params: runParams,
  query,
  async handle(call) {
    assertEventsOn(call.deps.config.eventsMode)
    return wantsStream(call.request) ? stream(call) : poll(call)
  },
})

async function poll({ deps, owner, request, params, query: asked }: EventsCall): Promise<Answer> {
  const events = await deps.runs.events({ owner, id: params.run_id, ...asked })
  return revalidated(request, jsonAnswer({ run_id: params.run_id, events: events.map(eventJson) }))
}

async function stream(call: EventsCall): Promise<Answer> {
  const { deps, owner, request, params } = call
  const asked = { owner, id: params.run_id }
  const after = cursorOf(call)
  const follow: Follow = (signal) =>
    followLog<number>({
      after,
      follow: (from) => deps.runs.follow({ ...asked, after: from, signal }),
      message: (event) => ({ id: event.sequence, event: event.type, data: eventJson(event) }),
      reset: async ({ first }) => ({
        message: {
          id: first - 1,
          event: 'reset',
          data: { first_available: first, run: runJson(await deps.runs.get(asked)) },
        },
        after: first - 1,
      }),
    })
  // From its beginning a run has a first event, which also tells that there is such a run.
  const isWhole = after === undefined && request.method === 'GET'
  if (isWhole) return openedStreamAnswer(call, follow)
  const run = await deps.runs.get(asked)
  // 204 tells an EventSource to stop asking.
  if (isFinished(run) && after !== undefined && after >= run.lastSequence) return emptyAnswer(204)
  return streamAnswer(call, follow)
}

/** The header wins: a browser that reconnects repeats the address of its first request. */
function cursorOf({ request, query: { after } }: EventsCall): number | undefined {
  const header = request.headers.get('last-event-id')
  if (header === null || header === '') return after
  return parse(fields({ 'Last-Event-ID': sequence }), { 'Last-Event-ID': header })['Last-Event-ID']
}
