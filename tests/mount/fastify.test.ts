import { Readable } from 'node:stream'
import formbody from '@fastify/formbody'
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { createAgentic } from 'agentic-node'
import { fastifyAgentic, fastifyHandler } from 'agentic-node/fastify'
import { instance, speaker, temporaryDatabase } from '../support/instance.ts'
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

test('the handler of a route stands behind its hooks and takes the bodies that parsers have read', async () => {
  type Asked = FastifyRequest & { visitor?: string }
  const agentic = createAgentic({
    agents: { assistant: () => speaker('Hello!') },
    owner: (_request, { visitor }: Asked) => visitor ?? null,
    database: temporaryDatabase(),
  })
  const app = fastify()
  onTestFinished(async () => app.close())
  onTestFinished(async () => agentic.close({ now: true }))
  await app.register(formbody)
  const preHandler = async (request: Asked, reply: FastifyReply) => {
    reply.header('x-frame-options', 'DENY')
    request.visitor = request.headers['x-user']?.toString()
  }
  app.all('/agents/*', { preHandler }, fastifyHandler<Asked>(agentic))
  const json = { 'content-type': 'application/json' }
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const submit = async (type: Record<string, string>, payload: string, user = 'ada') =>
    app.inject({
      method: 'POST',
      url: '/agents/runs/',
      headers: { 'x-user': user, ...type },
      payload,
    })
  const answers = [
    await submit(json, JSON.stringify({ session_key: 'chat', input: 'Grüße' })),
    await submit(form, new URLSearchParams({ session_key: 'chat', input: '[1] & 2' }).toString()),
  ]
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200])
  expect(answers[0]?.headers['x-frame-options']).toBe('DENY')
  const { data } = await agentic.runs.list({ owner: 'ada' })
  expect(data.map(({ input }) => input)).toEqual(['[1] & 2', 'Grüße'])
  const cancelled = await app.inject({
    method: 'POST',
    url: `/agents/runs/${data[0]?.id}/cancel/`,
    headers: { 'x-user': 'ada' },
  })
  expect(cancelled.statusCode).toBe(200)
  expect((await submit(json, '{}', '')).statusCode).toBe(401)
})
