// An OTLP/HTTP collector as a process of its own: it keeps what it is sent, byte for byte, and tells it to who asks.
// It is also the service that the tools of the tests call, and notes the `traceparent` they call it with.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  /** Bodies of the requests, in their order. */
  traces: string[]
  metrics: string[]
  /** Of each call of the service. */
  traceparents: string[]
}

const received: Received = { traces: [], metrics: [], traceparents: [] }

const server = createServer((request, response) => {
  receive(request, response).catch(() => response.destroy())
})
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`)
})

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  return text
}

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await textOf(request)
  const answer = answerTo(request, body)
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer))
}

function answerTo({ url, headers }: IncomingMessage, body: string): unknown {
  switch (url) {
    case '/v1/traces':
      received.traces.push(body)
      return { partialSuccess: {} }
    case '/v1/metrics':
      received.metrics.push(body)
      return { partialSuccess: {} }
    case '/received':
      return received
    default:
      received.traceparents.push(String(headers['traceparent']))
      return { price: 7 }
  }
}
