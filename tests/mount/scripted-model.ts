import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import {
  sendEvent,
  textDelta,
  textMessage,
  toolCall,
  wholeResponse,
} from '../support/responses-api.ts'

/** What the model answers to one call. */
export interface Step {
  text?: string
  call?: { name: string; args: object }
  /** Waited for before anything is said. */
  before?: Promise<void>
  /** Waited for when everything is said, before the answer ends. */
  after?: Promise<void>
}

export const says = (said: string): Step => ({ text: said })
export const calls = (name: string, args: object): Step => ({ call: { name, args } })

/** A model that answers when told to. */
export function held(said: string): { step: Step; release: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { step: { text: said, before: promise }, release: resolve }
}

/** A model that streams its words at once, and ends its message when told to. */
export function streaming(said: string): { step: Step; release: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { step: { text: said, after: promise }, release: resolve }
}

/** A provider behind a URL, so that an app is tested the same way in whatever process it runs. */
export interface ScriptedModel {
  url: string
  /** The bodies of what it was asked. */
  asked: readonly string[]
  /** Plays these to the runs whose input has the topic in it. */
  play(topic: string, steps: readonly Step[]): void
  close(): Promise<void>
}

export async function scriptedModel(): Promise<ScriptedModel> {
  const scripts = new Map<string, Step[]>()
  const asked: string[] = []
  const server = createServer((request, response) => {
    const answered = text(request).then((body) => {
      asked.push(body)
      return answer(body, response, scripts)
    })
    answered.catch(() => response.destroy())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    play: (topic, steps) => void scripts.set(topic, [...steps]),
    async close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** The Responses API, streaming. What no script foresees is refused in a way that the SDK does not ask again. */
async function answer(
  body: string,
  response: ServerResponse,
  scripts: Map<string, Step[]>,
): Promise<void> {
  const topic = [...scripts.keys()].find((key) => body.includes(key)) ?? ''
  const step = scripts.get(topic)?.shift()
  if (step === undefined) {
    response.writeHead(400, { 'content-type': 'application/json' })
    return void response.end(JSON.stringify({ error: { message: 'The script is at its end.' } }))
  }
  await step.before
  const id = crypto.randomUUID()
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const begun = wholeResponse(id, 'in_progress', [])
  sendEvent(response, { type: 'response.created', response: begun })
  for (const word of step.text?.split(/(?<= )/) ?? []) sendEvent(response, textDelta(id, word))
  await step.after
  const whole = wholeResponse(id, 'completed', [outputOf(step, id)])
  sendEvent(response, { type: 'response.completed', response: whole })
  response.end()
}

function outputOf({ text: said = '', call }: Step, id: string): object {
  return call ? toolCall(id, call.name, call.args) : textMessage(id, said)
}
