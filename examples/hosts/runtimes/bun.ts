import { createAgentic } from 'agentic-node'
import { support } from './support.ts'

const agentic = createAgentic({
  agents: { support },
  owner: (request) => request.headers.get('x-user'), // your sign-in goes here
  database: process.env.DATABASE_URL,
})
await agentic.start()

const server = Bun.serve({
  hostname: process.env.HOST,
  port: process.env.PORT,
  idleTimeout: 30, // above the 15 s between pings: the default of 10 s ends streams that have nothing to say
  routes: {
    '/': () => new Response('Hello'),
    '/health': () => Response.json(agentic.health()),
    '/agents/*': async (request) => {
      const answer = await agentic.fetch(request)
      answer.headers.set('x-frame-options', 'DENY')
      return answer
    },
  },
})

// With `on`, as the SDK ends a process on a signal for which it finds no listener besides its own.
process.on('SIGTERM', async () => {
  await agentic.close()
  await server.stop(true)
  process.exit()
})
