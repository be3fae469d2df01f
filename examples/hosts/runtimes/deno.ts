import process from 'node:process'
import { createAgentic } from 'agentic-node'
import { support } from './support.ts'

const agentic = createAgentic({
  agents: { support },
  owner: (request) => request.headers.get('x-user'), // your sign-in goes here
  database: process.env.DATABASE_URL,
})
await agentic.start()

const server = Deno.serve(
  { hostname: process.env.HOST, port: Number(process.env.PORT ?? 3000) },
  async (request) => {
    const { pathname } = new URL(request.url)
    if (pathname === '/health') return Response.json(agentic.health())
    if (!pathname.startsWith('/agents/')) return new Response('Hello')
    const answer = await agentic.fetch(request)
    answer.headers.set('x-frame-options', 'DENY')
    return answer
  },
)

// With `on`, as the SDK ends a process on a signal for which it finds no listener besides its own.
process.on('SIGTERM', async () => {
  await agentic.close()
  await server.shutdown()
  process.exit()
})
