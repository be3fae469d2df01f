import { randomBytes } from 'node:crypto'
import type { AssistantMessageItem, FunctionCallItem, ModelRequest } from '@openai/agents'

/** The model calls of a whole run (see `scenario`), each made once when nothing is killed. */
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
export type Label = (typeof labels)[number]

export const tokens = { input: 10, cached: 4, output: 5, reasoning: 2 }
/** A binary fraction, so that its sums are exact. */
export const costOfAnswer = 0.375

export interface Question {
  systemInstructions?: string | undefined
  input: ModelRequest['input']
}

export interface Answer {
  /** The order it is about and the step, e.g. `order-7:Triage#0`. */
  label: string
  step: string
  nonce: string
  responseId: string
  output: (AssistantMessageItem | FunctionCallItem)[]
  /** What there is to stream; empty for calls. */
  text: string
}

/** Answers by what it is asked, differently each time it is asked the same. */
export function answerTo(question: Question): Answer {
  const { order, step, label } = labelOf(question)
  const nonce = newNonce()
  const content = contentOf(step, `${order} ${nonce}`, shapeOf(order))
  return {
    label,
    step,
    nonce,
    responseId: `${label}/${nonce}`,
    output: toOutput(content, nonce),
    text: content.type === 'text' ? content.text : '',
  }
}

export function labelOf({ systemInstructions, input }: Question) {
  const order = lastOrder(input)
  const step = `${systemInstructions}#${turnOf(input)}`
  return { order, step, label: `${order}:${step}` }
}

/** An order may end with how much of the scenario it asks for. */
export const shapes = ['whole', 'tools', 'nested', 'talk'] as const
export type Shape = (typeof shapes)[number]

/** What the order asks for: `order-7` and `order-7-whole` for everything there is. */
export function shapeOf(order: string): Shape {
  return shapes.find((shape) => order.endsWith(`-${shape}`)) ?? 'whole'
}

type Content = { type: 'text'; text: string } | { type: 'calls'; calls: [string, object][] }

function contentOf(step: string, what: string, shape: Shape): Content {
  const story: Content = {
    type: 'text',
    text: `All is done for ${what}, and this is how the story of it ends.`,
  }
  const calls = (...all: [string, object][]): Content => ({ type: 'calls', calls: all })
  switch (step) {
    case 'Triage#0': {
      const research: [string, object] = ['research', { input: what }]
      if (shape === 'talk') return story
      if (shape === 'nested') return calls(research)
      const both: [string, object][] = [
        ['charge', { what }],
        ['note', { what }],
      ]
      return shape === 'tools' ? calls(...both) : calls(...both, research)
    }
    case 'Triage#1':
      return shape === 'whole' ? calls(['transfer_to_Closer', {}]) : story
    case 'Researcher#0':
      return calls(['lookup', { what }])
    case 'Closer#0':
      return calls(['refund', { what }])
    case 'Polite#0':
    case 'Safe#0':
      return { type: 'text', text: 'yes' }
    default:
      return story
  }
}

function toOutput(content: Content, nonce: string): Answer['output'] {
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
export function lastOrder(input: unknown): string {
  const text = typeof input === 'string' ? input : JSON.stringify(userTexts(input))
  return text.match(/order-\d+(?:-[a-z]+)?/g)?.at(-1) ?? 'order-0'
}

function userTexts(input: unknown): unknown[] {
  return (input as ItemSeen[]).filter((item) => item.role === 'user')
}

export function piecesOf(text: string): string[] {
  return text.match(/.{1,24}/g) ?? []
}

export function usageOfAnswer() {
  const { input, cached, output, reasoning } = tokens
  return {
    inputTokens: input,
    outputTokens: output,
    totalTokens: input + output,
    inputTokensDetails: { cached_tokens: cached },
    outputTokensDetails: { reasoning_tokens: reasoning },
  }
}

export function newNonce(): string {
  return randomBytes(4).toString('hex')
}
