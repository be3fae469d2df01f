import { z } from 'zod'
import { AgenticError } from '../../core/errors.ts'
import { known } from '../answer.ts'
import { unchanged } from '../described-answers.ts'
import { described } from '../documented.ts'
import { defineRoute } from '../route.ts'

/** Stylesheet and scripts; for everyone, as a sign-in page needs them too. */
export const staticFile = defineRoute({
  method: 'GET',
  path: 'static/:file/',
  kind: 'static',
  summary:
    'The stylesheet of the fragments, htmx, or its SSE extension; plain or with the hash of its content in its name.',
  answers: {
    200: [
      { type: 'text/css', description: 'The stylesheet.' },
      { type: 'text/javascript', description: 'A script.' },
    ],
    ...unchanged,
  },
  params: z.object({ file: described(z.string(), 'Its name, as `assetUrl` gives it.') }),
  async handle({ deps, request, params }) {
    const answer = deps.assets.find(params.file)
    if (answer === null) throw new AgenticError('not_found', 'There is no such file.')
    return known(request, answer.headers['ETag'] ?? '', answer)
  },
})
