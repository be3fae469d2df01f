import { LLMock } from '@copilotkit/aimock'
import { expect, onTestFinished, test } from 'vitest'
import { DeskClient } from './desk-client.ts'
import { deskFolder, startDesk } from './desk-server.ts'
import { expireLeases } from './expire-leases.ts'
import { holdPauses } from './held-pauses.ts'

/** An OpenAI-compatible endpoint that books AB123 for whoever says "book". */
async function bookingEndpoint(): Promise<LLMock> {
  const mock = new LLMock({ port: 0 })
  const book = { name: 'book_flight', arguments: '{"flight_number":"AB123"}' }
  mock.on({ userMessage: /book/i, hasToolResult: false }, { toolCalls: [book] })
  mock.on({ userMessage: /book/i, hasToolResult: true }, { content: 'AB123 is booked.' })
  mock.on({ userMessage: /fail/i }, { error: { message: 'broken', type: 'server' }, status: 500 })
  await mock.start()
  onTestFinished(async () => mock.stop())
  return mock
}

test.each([
  ['responses', '/v1/responses'],
  ['chat_completions', '/v1/chat/completions'],
])('asks a real provider over %s, and no recorded answer twice', async (api, path) => {
  const mock = await bookingEndpoint()
  const folder = deskFolder()
  const env = {
    OPENAI_BASE_URL: `${mock.url}/v1`,
    OPENAI_API: api,
    OPENAI_MODEL: 'some-model',
  }
  const pauses = await holdPauses()
  const first = await startDesk(folder, { ...env, ...pauses.env })
  const ada = await DeskClient.signIn(first.url, 'ada')
  expect(await (await ada.get('/')).text()).toContain('some-model')
  const run = await ada.ask(await ada.sessionKey(), 'Please book AB123')
  // The booking is made, and its tool has not answered yet.
  await pauses.tools.openUntil(async () => (await ada.bookings()).length > 0)
  await first.kill()
  await expireLeases(first.database)

  const second = ada.at((await startDesk(folder, { ...env, OFFLINE_DELAY_MS: '0' })).url)
  expect(await second.ended(run)).toMatchObject({
    status: 'completed',
    final_output: 'AB123 is booked.',
    attempt: 2,
  })
  expect(await second.bookings()).toHaveLength(1)
  const requests = mock.getRequests()
  expect(requests.map((request) => request.path)).toEqual([path, path])
  expect(requests.map((request) => request.body)).toMatchObject([
    { model: 'some-model' },
    { model: 'some-model' },
  ])
})

test('a failing endpoint is asked again by one party only', async () => {
  const mock = await bookingEndpoint()
  const desk = await startDesk(deskFolder(), {
    OPENAI_API_KEY: 'test',
    OPENAI_BASE_URL: `${mock.url}/v1`,
  })
  const ada = await DeskClient.signIn(desk.url, 'ada')
  const run = await ada.ask(await ada.sessionKey(), 'fail')
  expect(await ada.ended(run)).toMatchObject({ status: 'failed', error_code: 'model_error' })
  expect(mock.getRequests()).toHaveLength(3)
})
