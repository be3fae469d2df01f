import { z } from 'zod'
import type { Answer } from '../../core/answer.ts'
import { jsonAnswer, revalidated } from '../answer.ts'
import { eventStream, json, unchanged } from '../described-answers.ts'
import { described } from '../documented.ts'
import { fields, limit, sessionCursor, sessionParams } from '../fields.ts'
import { assertEventsOn, followLog } from '../follow-log.ts'
import { parse } from '../parse.ts'
import { defineRoute, type Call } from '../route.ts'
import { streamAnswer } from '../stream.ts'
import { wantsStream } from '../wants.ts'
import {
  sessionEventJson,
  sessionEventPage,
  sessionEventSchema,
  sessionResetSchema,
} from '../wire.ts'

const query = z.object({ after: sessionCursor.optional(), limit: limit.optional() })

type EventsCall = Call<z.output<typeof sessionParams>, z.output<typeof query>>

/** The events of a session's runs, one run after the other; the id of an event is `<run id>:<sequence>`. */
export const sessionEvents = defineRoute({
  method: 'GET',
  path: 'sessions/:session_key/events/',
  kind: 'read',
  summary:
    'The events of the runs of a session, one run after the other: a page of them, or a stream.',
  answers: {
    200: [
      json(sessionEventPage, 'A page of events.'),
      eventStream(
        'To `Accept: text/event-stream`: an event each, named by its type, its id `<run id>:<sequence>`, its data the `SessionEvent`; `reset` stands for events that are kept no more.',
        z.union([sessionEventSchema, sessionResetSchema]),
      ),
    ],
    ...unchanged,
  },
  errors: ['events_off', 'events_pruned', 'too_many_streams'],
  headers: z.object({
    'Last-Event-ID': described(
      sessionCursor.optional(),
      'For a stream; as `after`, and wins over it.',
    ),
  }),
  params: sessionParams,
  query,
  async handle(call) {
    assertEventsOn(call.deps.config.eventsMode)
    return wantsStream(call.request) ? stream(call) : poll(call)
  },
})

async function poll({ deps, owner, request, params, query: asked }: EventsCall): Promise<Answer> {
  const key = params.session_key
  const events = await deps.sessions.events({ owner, key, ...asked })
  return revalidated(
    request,
    jsonAnswer({ session_key: key, events: events.map(sessionEventJson) }),
  )
}

async function stream(call: EventsCall): Promise<Answer> {
  const { deps, owner, params } = call
  const after = cursorOf(call)
  const { key } = await deps.sessions.get({ owner, key: params.session_key })
  return streamAnswer(call, (signal) =>
    followLog<string>({
      after,
      follow: (from) =>
        deps.sessions.follow({
          owner,
          key,
          after: from,
          signal,
        }),
      message: (event) => ({
        id: `${event.runId}:${event.sequence}`,
        event: event.type,
        data: sessionEventJson(event),
      }),
      reset: async ({ runId, first }) => {
        const from = `${runId}:${first - 1}`
        const data: z.output<typeof sessionResetSchema> = {
          session_key: key,
          run_id: runId,
          first_available: first,
        }
        return { message: { id: from, event: 'reset', data }, after: from }
      },
    }),
  )
}

/** The header wins: a browser that reconnects repeats the address of its first request. */
function cursorOf({ request, query: { after } }: EventsCall): string | undefined {
  const header = request.headers.get('last-event-id')
  if (header === null || header === '') return after
  return parse(fields({ 'Last-Event-ID': sessionCursor }), { 'Last-Event-ID': header })[
    'Last-Event-ID'
  ]
}
