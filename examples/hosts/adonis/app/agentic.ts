import type { HttpContext } from '@adonisjs/core/http'
import { createAgentic } from 'agentic-node'
import env from '#start/env'
import { support } from '#app/support'

export const agentic = createAgentic({
  agents: { support },
  owner: async (_request, { auth }: HttpContext) => {
    const isSignedIn = await auth.check()
    return isSignedIn ? auth.getUserOrFail().id : null
  },
  database: env.get('DATABASE_URL'),
})
