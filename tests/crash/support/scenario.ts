import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import {
  Agent,
  handoff,
  run,
  tool,
  Usage,
  type AssistantMessageItem,
  type FunctionCallItem,
  type Model,
  type ModelRequest,
  type ModelResponse,
  type StreamEvent,
} from '@openai/agents'
import { z } from 'zod'
import { currentCall } from '../../../src/index.ts'
import { logEffect } from './effects.ts'

/**
 * One run that has everything: two guardrails that ask a model in parallel, three parallel tools of which one is a
 * nested agent with a tool of its own, a handoff, and a tool that waits for a person.
 */
export interface World {
  effects: string
  /** Called at named points; may never return. */
  at: (point: string) => void
  /** How long a model thinks, and how long it pauses between two pieces of a text. */
  modelMs: () => number
  pieceMs: number
  /** Awaited before a tool has its effect. */
  beforeTool?: (name: string) => Promise<void>
  /** Awaited before a model answers. */
  beforeAnswer?: (label: string, signal: AbortSignal | undefined) => Promise<void>
}

/** The model calls of one run, each made once when nothing is killed. */
export const labels = [
  'Polite#0',
  'Safe#0',
  'Triage#0',
  'Triage#1',
  'Researcher#0',
  'Researcher#1',
  'Closer#0',
  'Closer#1',
] as const

export const tokens = { input: 10, output: 5 }

/** Tools that have an effect, and what becomes of a call that was cut off. */
export const policies = {
  charge: 'report',
  refund: 'report',
  note: 'rerun',
  lookup: 'rerun',
} as const

export const toolSettings = {
  note: { interrupted: 'rerun' },
  lookup: { interrupted: 'rerun' },
} as const

export function scenario(world: World): Agent {
  const model = new LoggingModel(world)
  const named = (name: string) => ({ name, instructions: name, model })
  const lookup = effectTool(world, 'lookup')
  const researcher = new Agent({ ...named('Researcher'), tools: [lookup] })
  const research = researcher.asTool({ toolName: 'research', toolDescription: 'Finds out.' })
  const closer = new Agent({ ...named('Closer'), tools: [effectTool(world, 'refund', true)] })
  return new Agent({
    ...named('Triage'),
    tools: [effectTool(world, 'charge'), effectTool(world, 'note'), research],
    handoffs: [handoff(closer)],
    inputGuardrails: ['Polite', 'Safe'].map((name) => guardrail(world, new Agent(named(name)))),
  })
}

function guardrail(world: World, judge: Agent) {
  return {
    name: judge.name,
    execute: async ({ input }: { input: unknown }) => {
      world.at(`guardrail:${judge.name}`)
      const { finalOutput } = await run(judge, lastOrder(input))
      return { tripwireTriggered: finalOutput === 'no', outputInfo: finalOutput }
    },
  }
}

function effectTool(world: World, name: string, needsApproval = false) {
  return tool({
    name,
    description: name,
    parameters: z.object({ what: z.string() }),
    needsApproval,
    execute: async ({ what }) => {
      world.at(`tool:${name}:before`)
      await world.beforeTool?.(name)
      const nonce = newNonce()
      logEffect(world.effects, { kind: 'tool', name, key: currentCall().idempotencyKey, nonce })
      world.at(`tool:${name}:after`)
      // One of three in parallel ends before the others.
      if (name === 'note') await delay(20)
      return `${name} of ${what} is ${nonce}`
    },
  })
}

type Content = { type: 'text'; text: string } | { type: 'calls'; calls: [string, object][] }

/** Answers by what it is asked, differently each time it is asked the same, and keeps a log of who asked. */
class LoggingModel implements Model {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  async getResponse(request: ModelRequest): Promise<ModelResponse> {
    const { output, responseId } = await this.#answer(request)
    const usage = new Usage({ requests: 1, ...usageOf() })
    return { usage, output, responseId }
  }

  async *getStreamedResponse(request: ModelRequest): AsyncIterable<StreamEvent> {
    yield { type: 'response_started' }
    const { output, responseId, text, label } = await this.#answer(request)
    for (const [index, delta] of pieces(text).entries()) {
      yield { type: 'output_text_delta', delta }
      await delay(this.#world.pieceMs)
      this.#world.at(`deltas:${label}:${index}`)
    }
    yield { type: 'response_done', response: { id: responseId, usage: usageOf(), output } }
  }

  async #answer(request: ModelRequest) {
    const { effects, at, modelMs, beforeAnswer } = this.#world
    const order = lastOrder(request.input)
    const step = `${request.systemInstructions}#${turnOf(request.input)}`
    const label = `${order}:${step}`
    const nonce = newNonce()
    logEffect(effects, { kind: 'model', label, nonce })
    at(`model:${step}`)
    const onAbort = () => logEffect(effects, { kind: 'aborted', label })
    request.signal?.addEventListener('abort', onAbort)
    await delay(modelMs())
    await beforeAnswer?.(step, request.signal)
    request.signal?.removeEventListener('abort', onAbort)
    at(`answer:${step}`)
    const content = contentOf(step, `${order} ${nonce}`)
    return {
      label: step,
      responseId: `${label}/${nonce}`,
      output: toOutput(content, nonce),
      text: content.type === 'text' ? content.text : '',
    }
  }
}

function contentOf(step: string, what: string): Content {
  switch (step) {
    case 'Triage#0':
      return {
        type: 'calls',
        calls: [
          ['charge', { what }],
          ['note', { what }],
          ['research', { input: what }],
        ],
      }
    case 'Triage#1':
      return { type: 'calls', calls: [['transfer_to_Closer', {}]] }
    case 'Researcher#0':
      return { type: 'calls', calls: [['lookup', { what }]] }
    case 'Closer#0':
      return { type: 'calls', calls: [['refund', { what }]] }
    case 'Polite#0':
    case 'Safe#0':
      return { type: 'text', text: 'yes' }
    default:
      return {
        type: 'text',
        text: `All is done for ${what}, and this is how the story of it ends.`,
      }
  }
}

function toOutput(content: Content, nonce: string): (AssistantMessageItem | FunctionCallItem)[] {
  if (content.type === 'text') {
    return [
      {
        type: 'message',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text: content.text }],
      },
    ]
  }
  return content.calls.map(([name, args], index) => ({
    type: 'function_call',
    callId: `call_${nonce}_${index}`,
    name,
    status: 'completed',
    arguments: JSON.stringify(args),
  }))
}

interface ItemSeen {
  type?: string
  role?: string
}

/** How many turns an agent has had since the user last spoke: by what it sees, as a model would know. */
function turnOf(input: ModelRequest['input']): number {
  const items = (typeof input === 'string' ? [] : input) as ItemSeen[]
  const since = items.slice(items.findLastIndex((item) => item.role === 'user') + 1)
  const last = since.findLast((item) => item.type === 'function_call_result')
  if (last === undefined) return 0
  return isHandoff(last) ? 0 : 1
}

function isHandoff(item: object): boolean {
  return 'name' in item && String(item.name).startsWith('transfer_to_')
}

/** The order a text is about, e.g. `order-7`: the last one said. */
function lastOrder(input: unknown): string {
  const text = typeof input === 'string' ? input : JSON.stringify(userTexts(input))
  return text.match(/order-\d+/g)?.at(-1) ?? 'order-0'
}

function userTexts(input: unknown): unknown[] {
  return (input as ItemSeen[]).filter((item) => item.role === 'user')
}

function pieces(text: string): string[] {
  return text.match(/.{1,24}/g) ?? []
}

function usageOf() {
  const { input, output } = tokens
  return { inputTokens: input, outputTokens: output, totalTokens: input + output }
}

function newNonce(): string {
  return randomBytes(4).toString('hex')
}
