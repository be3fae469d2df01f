import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import {
  sendEvent,
  textDelta,
  textMessage,
  toolCall,
  wholeResponse,
} from '../../support/responses-api.ts'

/** A request the endpoint has answered, or was about to: for which order, which step of it, and with what. */
export interface Asked {
  order: string
  step: string
  responseId: string
}

export interface ModelEndpoint {
  url: string
  asked: Asked[]
  close(): Promise<void>
}

interface Item {
  type?: string
  role?: string
  name?: string
  content?: unknown
  output?: unknown
}

/**
 * The Responses API, streaming, over real HTTP: it looks for a flight, asks for two prices, books one seat and says
 * so, and never answers twice in the same words. Every request is noted before it is answered.
 */
export async function modelEndpoint(): Promise<ModelEndpoint> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    answer(request, response, asked).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    async close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  asked: Asked[],
): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { input } = JSON.parse(Buffer.concat(chunks).toString()) as { input: Item[] }
  const since = input.slice(input.findLastIndex((item) => item.role === 'user'))
  const order = /order-[\w-]+/.exec(JSON.stringify(since[0]))?.[0] ?? 'none'
  const step = since.findLast((item) => item.type === 'function_call')?.name ?? 'begin'
  const nonce = randomBytes(4).toString('hex')
  const responseId = `resp_${nonce}`
  asked.push({ order, step, responseId })
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const { output, text } = turn(since, step, nonce)
  sendEvent(response, {
    type: 'response.created',
    response: wholeResponse(responseId, 'in_progress', []),
  })
  for (const delta of text.match(/.{1,12}/g) ?? []) {
    await delay(20)
    sendEvent(response, textDelta(nonce, delta))
  }
  await delay(40 + Math.random() * 120)
  sendEvent(response, {
    type: 'response.completed',
    response: wholeResponse(responseId, 'completed', output),
  })
  response.end()
}

function turn(since: Item[], step: string, nonce: string): { output: object[]; text: string } {
  const calls = (...all: [string, object][]) => ({
    text: '',
    output: all.map(([name, args], index) => toolCall(`${nonce}${index}`, name, args)),
  })
  const [one, two] = shuffled(flightsIn(since))
  switch (step) {
    case 'begin':
      return calls([
        'find_flight',
        { origin: 'Oslo', destination: `Rome ${nonce}`, travel_date: '2031-05-04' },
      ])
    case 'find_flight':
      return calls(
        ['get_flight_price', { flight_number: one }],
        ['get_flight_price', { flight_number: two }],
      )
    case 'get_flight_price':
      return calls(['book_flight', { flight_number: one }])
    default:
      return said(
        `Your seat is booked, and the word for it is ${nonce}. Have a good flight.`,
        nonce,
      )
  }
}

function said(text: string, nonce: string) {
  return { text, output: [textMessage(nonce, text)] }
}

function flightsIn(since: Item[]): string[] {
  const found = since.find((item) => item.type === 'function_call_output')
  return [...new Set(JSON.stringify(found?.output ?? '').match(/[A-Z]{2}\d{1,4}\b/g) ?? [])]
}

function shuffled(all: string[]): string[] {
  return all.toSorted(() => Math.random() - 0.5)
}
