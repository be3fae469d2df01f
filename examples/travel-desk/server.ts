import { once } from 'node:events'
import { createAdaptorServer, type ServerType } from '@hono/node-server'
import { createTravelDesk, type TravelDesk } from './app.ts'
import { readSettings, type Settings } from './settings.ts'

const firstPort = 3000
const portsToTry = 100

const stopping = stopOnSignal()
try {
  const settings = readSettings(process.env)
  const desk = await createTravelDesk(settings)
  const server = createAdaptorServer({ fetch: (request) => desk.fetch(request) })
  stopping.closes(server, desk)
  const port = await listen(server, settings)
  console.log(`ready on http://${settings.host}:${port} (pid ${process.pid})`)
} catch (error) {
  console.error(
    `The travel desk could not start: ${error instanceof Error ? error.message : error}`,
  )
  process.exit(1)
}

/** The port asked for, or the first one from 3000 that nobody else has. */
async function listen(server: ServerType, { port, host }: Settings): Promise<number> {
  if (port !== undefined) return listenOn(server, port, host)
  for (let candidate = firstPort; ; candidate += 1) {
    try {
      return await listenOn(server, candidate, host)
    } catch (error) {
      const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
      if (!isTaken || candidate >= firstPort + portsToTry) throw error
    }
  }
}

async function listenOn(server: ServerType, port: number, host: string): Promise<number> {
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address()
  return address !== null && typeof address === 'object' ? address.port : port
}

/**
 * The first signal drains: runs stop at their next step and go on in the next process. A later one does not wait;
 * one that comes with the first, as when a terminal signals the whole group, is the same wish.
 * The listeners are there from the beginning, because the first process of a container gets no signal without one, and
 * stay on, because the SDK would end the process where it finds none but its own.
 */
function stopOnSignal(): { closes(server: ServerType, desk: TravelDesk): void } {
  let close = async () => {}
  let stoppingSince: number | null = null
  const stop = async () => {
    if (stoppingSince !== null && performance.now() - stoppingSince < 1000) return
    if (stoppingSince !== null) process.exit(1)
    stoppingSince = performance.now()
    await close()
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop())
  return {
    closes(server, desk) {
      close = async () => {
        server.close()
        await desk.close()
        if ('closeAllConnections' in server) server.closeAllConnections()
      }
    },
  }
}
