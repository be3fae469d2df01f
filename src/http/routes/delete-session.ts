import { emptyAnswer } from '../answer.ts'
import { empty } from '../described-answers.ts'
import { sessionParams } from '../fields.ts'
import { defineRoute } from '../route.ts'
import { isHtmx } from '../wants.ts'

export const deleteSession = defineRoute({
  method: 'DELETE',
  path: 'sessions/:session_key/',
  kind: 'write',
  summary: 'Deletes a session with its items, runs and events.',
  answers: { 200: empty('Done, to htmx.'), 204: empty('Done.') },
  errors: ['session_busy'],
  params: sessionParams,
  async handle({ deps, owner, request, params }) {
    await deps.sessions.delete({ owner, key: params.session_key })
    // htmx takes 204 as "leave the page as it is"; an empty 200 removes what it was asked to.
    return emptyAnswer(isHtmx(request) ? 200 : 204)
  },
})
