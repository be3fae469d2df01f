import {
  Usage,
  type Model,
  type ModelRequest,
  type ModelResponse,
  type StreamEvent,
} from '@openai/agents'
import { assistantMessage, functionCall } from '@openai/agents/testing'

type Output = ModelResponse['output']
type StreamEvents = ReturnType<Model['getStreamedResponse']>
type Done = Extract<StreamEvent, { type: 'response_done' }>

/** What the model says in one turn: its items, or a text, or a function of what it was asked. */
export type Turn =
  | string
  | Output
  | ((request: ModelRequest, call: number) => string | Output | Promise<string | Output>)

/**
 * A model that knows its turn by looking at what it is asked, so that one object serves every attempt, and answers the
 * same question differently each time: every text ends with the number of the call. Each call is counted.
 */
export class TurnModel implements Model {
  readonly requests: ModelRequest[] = []
  readonly #turns: Turn[]

  constructor(...turns: Turn[]) {
    this.#turns = turns
  }

  get calls(): number {
    return this.requests.length
  }

  async getResponse(request: ModelRequest): Promise<ModelResponse> {
    const call = this.requests.push(request)
    const turn = this.#turns[turnOf(request)]
    if (turn === undefined) throw new Error(`turn ${turnOf(request)} is not in the script`)
    const said = typeof turn === 'function' ? await turn(request, call) : turn
    const output = typeof said === 'string' ? [assistantMessage(`${said} #${call}`)] : said
    const usage = new Usage({ requests: 1, inputTokens: 10, outputTokens: 5, totalTokens: 15 })
    return { output, usage, responseId: `response_${call}` }
  }

  async *getStreamedResponse(request: ModelRequest): StreamEvents {
    const { output, responseId = '' } = await this.getResponse(request)
    yield { type: 'response_started' }
    for (const delta of textsOf(output)) yield { type: 'output_text_delta', delta }
    const usage = { inputTokens: 10, outputTokens: 5, totalTokens: 15 }
    const response = { id: responseId, output: output as Done['response']['output'], usage }
    yield { type: 'response_done', response }
  }
}

function textsOf(output: Output): string[] {
  return output.flatMap((item) => {
    if (item.type !== 'message' || typeof item.content === 'string') return []
    return item.content.map((part) => ('text' in part ? String(part.text) : ''))
  })
}

/** How many answers of the model follow the newest message of the user. */
export function turnOf({ input }: ModelRequest): number {
  if (typeof input === 'string') return 0
  const asked = input.findLastIndex((item) => 'role' in item && item.role === 'user')
  let turns = 0
  let wasOutput = false
  for (const item of input.slice(asked + 1)) {
    const isOutput = item.type !== 'function_call_result'
    if (isOutput && !wasOutput) turns += 1
    wasOutput = isOutput
  }
  return turns
}

let numberOfCalls = 0

/** A call of a function tool; its id is fresh unless given. */
export function call(name: string, args: Record<string, unknown> | string = {}, callId?: string) {
  const id = callId ?? `call_${++numberOfCalls}`
  return functionCall(name, typeof args === 'string' ? args : JSON.stringify(args), { callId: id })
}

/** Results in a request, by the name of their tool, as texts. */
export function results(request: ModelRequest): string[] {
  if (typeof request.input === 'string') return []
  return request.input.flatMap((item) =>
    item.type === 'function_call_result' ? [textOf(item.output)] : [],
  )
}

function textOf(output: unknown): string {
  if (typeof output === 'string') return output
  if (typeof output === 'object' && output !== null && 'text' in output) return String(output.text)
  return JSON.stringify(output)
}
