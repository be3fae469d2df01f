import type { AddressInfo } from 'node:net'
import type { Server } from 'node:http'
import { once } from 'node:events'
import type { Agentic, AgenticOptions } from 'agentic-node'

/** What an app may have in front of the instance. */
export const surroundings = ['nothing before it', 'body parsers and compression before it'] as const
export type Surroundings = (typeof surroundings)[number]

export interface HostPlan {
  options: Omit<AgenticOptions, 'owner'>
  before: Surroundings
  /** Told each request and the user that the framework's own request names. */
  owner: (request: Request, user: string | null) => string | null
}

export interface Running {
  url: string
  agentic: Agentic
  close(): Promise<void>
}

/**
 * A real server of a framework with the instance mounted as the documentation says. Its own middleware takes the user
 * from the header `x-user` into the framework's request and sets the header `x-app`; its own page at `/` says `home`.
 */
export type StartHost = (plan: HostPlan) => Promise<Running>

export async function listening(server: Server, agentic: Agentic): Promise<Running> {
  if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    agentic,
    async close() {
      server.close()
      await agentic.close({ now: true })
      server.closeAllConnections()
    },
  }
}
