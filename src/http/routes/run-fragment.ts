import { z } from 'zod'
import { seenField } from '../../html/fragment-version.ts'
import { runParams } from '../fields.ts'
import { pollAnswer } from '../htmx.ts'
import { defineRoute } from '../route.ts'

export const runFragment = defineRoute({
  method: 'GET',
  path: 'runs/:run_id/fragment/',
  kind: 'read',
  params: runParams,
  query: z.object({ [seenField]: z.string().max(200).optional() }),
  async handle({ deps, owner, request, params, query: { seen } }) {
    return pollAnswer(request, deps, { owner, id: params.run_id, seen })
  },
})
