import type { Handle, ServerInit } from '@sveltejs/kit/hooks'
import { agentic } from '#lib/server/agentic.ts'

export const init: ServerInit = async () => {
  // Runs that a deploy or a crash interrupted go on now, not at the first request.
  await agentic.start()
  // The adapter closes its server meanwhile; the process ends when both are done.
  process.on('SIGTERM', () => void agentic.close())
}

export const handle: Handle = async ({ event, resolve }) => {
  const user = event.request.headers.get('x-user') // your sign-in goes here
  event.locals.user = user === null ? null : { id: user }
  const response = await resolve(event)
  response.headers.set('x-frame-options', 'DENY')
  return response
}
