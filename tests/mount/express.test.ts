import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import express from 'express'
import { expect, onTestFinished, test } from 'vitest'
import { createAgentic } from 'agentic-node'
import { expressAgentic } from 'agentic-node/express'
import { temporaryDatabase } from '../support/instance.ts'
import { hostContract } from './contract.ts'
import { startExpress, startExpressUnderPath } from './hosts/express.ts'

hostContract('express', startExpress)
hostContract('express, used under a path', startExpressUnderPath)

test('a body that somebody listens to is whole, however long it takes to say who asks', async () => {
  const agentic = createAgentic({
    agents: { desk: () => Promise.reject(new Error('nothing executes in this test')) },
    owner: async () => delay(30, 'ada'),
    database: temporaryDatabase(),
    concurrency: 0,
  })
  let bytes = 0
  const app = express()
  app.use((request, _response, next) => {
    request.on('data', (chunk: Buffer) => (bytes += chunk.byteLength))
    next()
  })
  app.use(expressAgentic(agentic))
  const server = createServer(app)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(async () => {
    server.close()
    await agentic.close()
  })
  const body = JSON.stringify({ session_key: 'chat', input: 'x'.repeat(300_000) })
  const { port } = server.address() as AddressInfo
  const answer = await fetch(`http://127.0.0.1:${port}/agents/runs/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  expect(await answer.json()).toMatchObject({ status: 'pending' })
  expect(bytes).toBe(body.length)
})
