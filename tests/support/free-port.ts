import { createServer, type Server } from 'node:net'

/** Below what a system gives to those who ask for any port, or connect: nobody gets one of these by chance. */
const [lowest, highest] = [20_000, 32_000]

/** A port on loopback that nobody has at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer()
  const port = await listenAnywhere(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Lets a server listen on a port of loopback that stays free for it when it stops for a while. */
export async function listenAnywhere(server: Server): Promise<number> {
  for (;;) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest))
    try {
      await listenOn(server, port)
      return port
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    }
  }
}

export async function listenOn(server: Server, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject).listen(port, '127.0.0.1', resolve)
  try {
    await promise
  } finally {
    server.off('error', reject).off('listening', resolve)
  }
}
