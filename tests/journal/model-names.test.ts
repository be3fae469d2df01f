import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Agent, getDefaultModel, handoff, OpenAIProvider } from '@openai/agents'
import { describe, expect, onTestFinished, test } from 'vitest'
import { modes, runOnce } from '../support/lives.ts'
import { sendEvent, textMessage, wholeResponse } from '../support/responses-api.ts'
import { call, TurnModel } from '../support/turn-model.ts'

const dated = 'answered-2031-05-04'

describe.each(modes)('what a model is called, %s', (events) => {
  const namesIn = async (agent: () => Agent, modelProvider?: OpenAIProvider) => {
    const { agentic, run } = await runOnce({
      agent,
      events,
      ...(modelProvider && { modelProvider }),
    })
    expect(run).toMatchObject({ status: 'completed' })
    const { rows } = await agentic.usage({ by: 'model', run: run.id })
    return rows.map(({ key }) => key)
  }

  test('is what the agent names it, whatever the provider answers', async () => {
    const agent = () => new Agent({ name: 'Assistant', model: 'ours-large' })
    expect(await namesIn(agent, provider(await endpoint()))).toEqual(['ours-large'])
    expect(await namesIn(agent, chatProvider(await endpoint()))).toEqual(['ours-large'])
  })

  test('is the default of the SDK when the agent names none', async () => {
    const agent = () => new Agent({ name: 'Assistant' })
    expect(await namesIn(agent, provider(await endpoint()))).toEqual([getDefaultModel()])
  })

  test('is what the provider answers when it keeps its default to itself', async () => {
    const agent = () => new Agent({ name: 'Assistant' })
    expect(await namesIn(agent, chatProvider(await endpoint()))).toEqual([dated])
  })

  test('is what the provider answers when a stored prompt chooses the model', async () => {
    const prompt = { promptId: 'pmpt_1' }
    const free = () => new Agent({ name: 'Assistant', prompt })
    expect(await namesIn(free, provider(await endpoint()))).toEqual([dated])
    const bound = () => new Agent({ name: 'Assistant', prompt, model: 'ours-large' })
    expect(await namesIn(bound, provider(await endpoint()))).toEqual(['ours-large'])
  })

  test('is what a model object says of itself, or else what it answers', async () => {
    const url = await endpoint()
    const responses = await provider(url).getModel('ours-small')
    expect(await namesIn(() => new Agent({ name: 'A', model: responses }))).toEqual(['ours-small'])
    const chat = await chatProvider(url).getModel('ours-small')
    expect(await namesIn(() => new Agent({ name: 'A', model: chat }))).toEqual([dated])
    const model = new TurnModel('Hello')
    expect(await namesIn(() => new Agent({ name: 'A', model }))).toEqual(['TurnModel'])
  })

  test("is each agent's own after a handoff, though one object serves both", async () => {
    const model = new TurnModel([call('transfer_to_Closer')], 'Done')
    const modelProvider = { getModel: () => model } as unknown as OpenAIProvider
    const agent = () => {
      const closer = new Agent({ name: 'Closer', model: 'ours-large' })
      return new Agent({ name: 'Triage', model: 'ours-small', handoffs: [handoff(closer)] })
    }
    const names = new Set(await namesIn(agent, modelProvider))
    expect(names).toEqual(new Set(['ours-large', 'ours-small']))
  })

  test.each([
    ['Responses', provider],
    ['Chat Completions', chatProvider],
  ])('and what its provider says of caches and thoughts is recorded: %s', async (_api, of) => {
    const agent = () => new Agent({ name: 'Assistant', model: 'ours-large' })
    const { agentic } = await runOnce({ agent, events, modelProvider: of(await endpoint()) })
    expect((await agentic.usage({ by: 'model' })).total).toMatchObject({
      requests: 1,
      inputTokens: 10,
      cachedInputTokens: 6,
      outputTokens: 5,
      reasoningTokens: 3,
      totalTokens: 15,
    })
  })
})

const provider = (baseURL: string) =>
  new OpenAIProvider({ baseURL, apiKey: 'test', useResponses: true })
const chatProvider = (baseURL: string) =>
  new OpenAIProvider({ baseURL, apiKey: 'test', useResponses: false })

/** Both APIs over HTTP, streamed and not; answers as providers do: with the exact version of whatever was asked for. */
async function endpoint(): Promise<string> {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { stream } = JSON.parse(Buffer.concat(chunks).toString()) as { stream?: boolean }
  if (stream === true) response.writeHead(200, { 'content-type': 'text/event-stream' })
  else response.writeHead(200, { 'content-type': 'application/json' })
  const say = request.url?.endsWith('/responses') === true ? answerResponse : answerChat
  say(response, stream === true)
  response.end()
}

function answerResponse(response: ServerResponse, isStream: boolean): void {
  const whole = wholeResponse('1', 'completed', [textMessage('1', 'Hello')])
  const usage = {
    input_tokens: 10,
    output_tokens: 5,
    total_tokens: 15,
    input_tokens_details: { cached_tokens: 6 },
    output_tokens_details: { reasoning_tokens: 3 },
  }
  const done = { ...whole, model: dated, usage }
  if (!isStream) return void response.write(JSON.stringify(done))
  const begun = { ...wholeResponse('1', 'in_progress', []), model: dated }
  sendEvent(response, { type: 'response.created', response: begun })
  sendEvent(response, { type: 'response.completed', response: done })
}

function answerChat(response: ServerResponse, isStream: boolean): void {
  const facts = { id: 'chat_1', created: 1_700_000_000, model: dated }
  const usage = {
    prompt_tokens: 10,
    completion_tokens: 5,
    total_tokens: 15,
    prompt_tokens_details: { cached_tokens: 6 },
    completion_tokens_details: { reasoning_tokens: 3 },
  }
  if (!isStream) {
    const message = { role: 'assistant', content: 'Hello', refusal: null }
    const choices = [{ index: 0, message, finish_reason: 'stop', logprobs: null }]
    return void response.write(
      JSON.stringify({ ...facts, object: 'chat.completion', choices, usage }),
    )
  }
  const send = (chunk: object) => response.write(`data: ${JSON.stringify(chunk)}\n\n`)
  const chunk = { ...facts, object: 'chat.completion.chunk' }
  send({ ...chunk, choices: [{ index: 0, delta: { content: 'Hello' }, finish_reason: null }] })
  send({ ...chunk, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })
  send({ ...chunk, choices: [], usage })
  response.write('data: [DONE]\n\n')
}
