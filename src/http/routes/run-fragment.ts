import { z } from 'zod'
import { empty, html, unchanged } from '../described-answers.ts'
import { runParams, seenVersion } from '../fields.ts'
import { pollAnswer } from '../htmx.ts'
import { defineRoute } from '../route.ts'

export const runFragment = defineRoute({
  method: 'GET',
  path: 'runs/:run_id/fragment/',
  kind: 'read',
  summary: 'The fragment of a run, which asks for itself until the run has ended.',
  answers: {
    200: html('The fragment.'),
    204: empty('To htmx: the page shows this version already.'),
    286: html('To htmx: the fragment of a run that has ended. Stops polling.'),
    ...unchanged,
  },
  params: runParams,
  query: z.object({ seen: seenVersion }),
  async handle({ deps, owner, request, params, query: { seen } }) {
    return pollAnswer(request, deps, { owner, id: params.run_id, seen })
  },
})
