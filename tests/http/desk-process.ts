// A process of its own: an instance that executes nothing, behind a server that says its port.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAgentic } from '../../src/index.ts'
import { nodeHandler } from '../../src/mount/node.ts'

const [database] = process.argv.slice(2)
const agentic = createAgentic({
  agents: { desk: () => Promise.reject(new Error('nothing executes in this process')) },
  owner: (request) => request.headers.get('x-user'),
  canApprove: () => true,
  concurrency: 0,
  database: database ?? '',
})
await agentic.start()
const handle = nodeHandler(agentic)
const server = createServer((request, response) => void handle(request, response))
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
})
