import { createServer } from 'node:http'
import { Agent } from '@openai/agents'
import { createAgentic } from 'agentic-node'
import { nodeHandler } from 'agentic-node/node'

export const agentic = createAgentic({
  agents: { support: () => new Agent({ name: 'Support', instructions: 'Help the user.' }) },
  // The id of whoever is signed in, or null. It must never change and never be given to somebody else.
  owner: (request) => request.headers.get('x-user'),
  database: process.env['DATABASE_URL'] ?? 'file:./agentic.db',
  basePath: '/agents',
})

const handle = nodeHandler(agentic)
export const server = createServer((request, response) => {
  void handle(request, response, () => response.writeHead(404).end())
}).listen(Number(process.env['PORT'] ?? 3000))

process.on('SIGTERM', () => void agentic.close().then(() => server.close()))
