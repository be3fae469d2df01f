import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAgentic, type Agentic, type AgenticOptions } from 'agentic-node'
import { nodeHandler } from 'agentic-node/node'
import { onTestFinished } from 'vitest'
import { documented } from '../support/documented.ts'
import { temporaryDatabase } from '../support/instance.ts'

export interface NodeSite {
  agentic: Agentic
  port: number
  url: string
  connections(): Promise<number>
}

/** An instance behind a server of `node:http`; who asks is what the header `x-user` says, and nothing executes. */
export async function startNodeSite(options: Partial<AgenticOptions> = {}): Promise<NodeSite> {
  const agentic = createAgentic({
    agents: { desk: () => Promise.reject(new Error('nothing executes in this test')) },
    owner: (request) => request.headers.get('x-user'),
    concurrency: 0,
    durability: 'normal',
    database: temporaryDatabase(),
    ...options,
  })
  const handle = nodeHandler(documented(agentic))
  const server = createServer((request, response) => void handle(request, response))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await agentic.close({ now: true })
  })
  const { port } = server.address() as AddressInfo
  return {
    agentic,
    port,
    url: `http://127.0.0.1:${port}/agents/`,
    connections: async () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
      }),
  }
}
