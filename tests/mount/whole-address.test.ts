import { once } from 'node:events'
import { createServer, request, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { createAgentic } from 'agentic-node'
import { expressAgentic } from 'agentic-node/express'
import { nodeHandler } from 'agentic-node/node'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDatabase } from '../support/instance.ts'

const mounts = {
  node: (agentic) => {
    const handle = nodeHandler(agentic)
    return createServer((asked, response) => {
      void handle(asked, response, () => response.writeHead(404).end('The app: ' + asked.url))
    })
  },
  express: (agentic) => {
    const app = express()
    app.use(expressAgentic(agentic))
    app.use((asked, response) => void response.status(404).send('The app: ' + asked.url))
    return createServer(app)
  },
} satisfies Record<string, (agentic: ReturnType<typeof createAgentic>) => Server>

test.each(['node', 'express'] as const)(
  'a request line with a whole address is answered as one with its path, also whose page may send it (%s)',
  async (mount) => {
    const agentic = createAgentic({
      agents: { desk: () => Promise.reject(new Error('nothing executes in this test')) },
      owner: () => 'ada',
      concurrency: 0,
      database: temporaryDatabase(),
    })
    const server = mounts[mount](agentic)
    await once(server.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(async () => {
      server.closeAllConnections()
      server.close()
      await agentic.close()
    })
    const { port } = server.address() as AddressInfo
    const ask = async (method: string, path: string, headers = {}, body = '') => {
      const asking = request({ host: '127.0.0.1', port, method, path, headers })
      asking.end(body)
      const [answer] = (await once(asking, 'response')) as [IncomingMessage]
      const chunks: Buffer[] = await answer.toArray()
      return { status: answer.statusCode, text: Buffer.concat(chunks).toString() }
    }
    const listed = await ask('GET', '/agents/runs/?limit=1')
    expect(JSON.parse(listed.text)).toMatchObject({ runs: [] })
    for (const origin of ['http://desk.test', `HTTPS://127.0.0.1:${port}`]) {
      expect(await ask('GET', `${origin}/agents/runs/?limit=1`)).toEqual(listed)
      expect((await ask('GET', `${origin}${agentic.assetUrl('agentic.css')}`)).status).toBe(200)
      expect(await ask('GET', `${origin}/other/agents/`)).toMatchObject({ status: 404 })
    }
    const submit = async (origin: string) => {
      const headers = { origin, cookie: 'sid=ada', 'content-type': 'application/json' }
      const body = JSON.stringify({ session_key: 'chat', input: 'Hi' })
      return (await ask('POST', 'http://desk.test/agents/runs/', headers, body)).status
    }
    expect(await submit('http://desk.test')).toBe(403)
    expect(await submit(`http://127.0.0.1:${port}`)).toBe(200)
  },
)
