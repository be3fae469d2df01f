import type { AddressInfo } from 'node:net'
import type { Server } from 'node:http'
import { once } from 'node:events'
import { OpenAIProvider } from '@openai/agents'
import type { Agentic } from 'agentic-node'
import { support } from '../../../examples/hosts/support.ts'
import { temporaryDatabase } from '../../support/instance.ts'

/** What an app may have in front of the instance. */
export const surroundings = ['nothing before it', 'body parsers and compression before it'] as const
/** Of a host that comes with what others are given. */
export const ownThings = 'its own things before it'
export type Surroundings = (typeof surroundings)[number] | typeof ownThings

/** Values only, so that a process of its own can be told. */
export interface HostPlan {
  before: Surroundings
  /** Where the agent's model is asked. */
  modelUrl: string
}

export interface Running {
  url: string
  /** The headers with which this user's browser comes from then on. */
  signIn(user: string): Promise<Record<string, string>>
  openStreams(): Promise<number>
  close(): Promise<void>
}

/**
 * A real server of a framework with the instance mounted as the documentation says. Its agent can ask the tool
 * `find_order`; its own middleware says who is signed in and sets the header `x-frame-options: DENY`; its own page at
 * `/` says `Hello`.
 */
export type StartHost = (plan: HostPlan) => Promise<Running>

/** What every app in the test's own process gives its instance, besides who asks. */
export const settings = ({ modelUrl }: HostPlan) => ({
  agents: { support },
  modelProvider: new OpenAIProvider({ baseURL: modelUrl, apiKey: 'test', useResponses: true }),
  database: temporaryDatabase(),
})

export async function listening(server: Server, agentic: Agentic): Promise<Running> {
  if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    signIn: async (user) => ({ 'x-user': user }),
    openStreams: async () => agentic.health().streams,
    async close() {
      server.close()
      await agentic.close({ now: true })
      server.closeAllConnections()
    },
  }
}
