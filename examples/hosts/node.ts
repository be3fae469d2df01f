import { createServer } from 'node:http'
import { createAgentic } from 'agentic-node'
import { nodeHandler } from 'agentic-node/node'
import { support } from './support.ts'

export const agentic = createAgentic({
  agents: { support },
  owner: (request) => request.headers.get('x-user'), // your sign-in goes here
})

const handle = nodeHandler(agentic)
export const server = createServer((request, response) => {
  void handle(request, response, () => response.end('Hello'))
}).listen(Number(process.env['PORT'] ?? 3000))
