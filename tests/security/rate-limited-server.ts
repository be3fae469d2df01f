// A process of its own: an instance with a rate, behind a server that says its port.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAgentic } from '../../src/index.ts'
import { nodeHandler } from '../../src/mount/node.ts'

const [database, rate] = process.argv.slice(2)
const agentic = createAgentic({
  agents: { desk: () => Promise.reject(new Error('nothing executes in this test')) },
  owner: (request) => request.headers.get('x-user'),
  concurrency: 0,
  database: database ?? '',
  limits: { rate: rate ?? '' },
})
await agentic.start()
const handle = nodeHandler(agentic)
const server = createServer((request, response) => void handle(request, response))
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
})
