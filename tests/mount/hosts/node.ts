import { createServer, type IncomingMessage } from 'node:http'
import compression from 'compression'
import { createAgentic } from 'agentic-node'
import { nodeHandler } from 'agentic-node/node'
import { listening, settings, type StartHost } from './host.ts'

const userOf = (incoming: IncomingMessage) => incoming.headers['x-user']?.toString() ?? null

export const startNode: StartHost = async (plan) => {
  const agentic = createAgentic({
    ...settings(plan),
    owner: (_request, incoming: IncomingMessage) => userOf(incoming),
  })
  const handle = nodeHandler(agentic)
  const compress = compression()
  const server = createServer((request, response) => {
    const answer = async () => {
      response.setHeader('x-frame-options', 'DENY')
      if (plan.before !== 'nothing before it') await readJson(request)
      await handle(request, response, () => response.end('Hello'))
    }
    if (plan.before === 'nothing before it') void answer()
    else compress(request as never, response as never, () => void answer())
  })
  return listening(server, agentic)
}

/** A parser as many have written one. */
async function readJson(request: IncomingMessage & { body?: unknown }): Promise<void> {
  if (request.headers['content-type'] !== 'application/json') return
  let text = ''
  for await (const chunk of request) text += String(chunk)
  request.body = JSON.parse(text)
}
