import { Readable } from 'node:stream'
import fastify from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { fastifyAgentic } from 'agentic-node/fastify'
import { instance } from '../support/instance.ts'
import { hostContract } from './contract.ts'
import { startFastify } from './hosts/fastify.ts'

hostContract('fastify', startFastify)

test('a prefix of Fastify’s that the base path does not have is refused at once', async () => {
  const app = fastify()
  onTestFinished(async () => app.close())
  await expect(app.register(fastifyAgentic(instance()), { prefix: '/api' })).rejects.toThrow(
    'make the prefix a part of `basePath`',
  )
})

test('a body that a hook has replaced is an error that says so', async () => {
  const app = fastify()
  onTestFinished(async () => app.close())
  app.addHook('preParsing', async () => Readable.from(['{}']))
  app.register(fastifyAgentic(instance()))
  const answer = await app.inject({
    method: 'POST',
    url: '/agents/runs/',
    payload: { input: 'Hi' },
  })
  expect(answer.statusCode).toBe(500)
  expect(answer.json().message).toContain('`preParsing` hook')
})
