import type { AgentInputItem, ModelRequest, SerializedTool } from '@openai/agents'
import { findFlights, priceOf } from '../../examples/travel-desk/flights.ts'
import { OfflineModel } from '../../examples/travel-desk/offline-model/offline-model.ts'

export interface Called {
  name: string
  args: Record<string, string>
}

export interface Reply {
  text: string
  calls: Called[]
  /** Flight numbers, in the order in which they were booked. */
  booked: string[]
}

/** A conversation with the offline model, with tools that answer as those of the desk do. */
export class DeskTalk {
  readonly items: AgentInputItem[] = []
  readonly booked: string[] = []
  readonly #model = new OfflineModel({ delayMs: 0 })
  readonly #today: string

  constructor(today = '2026-11-25') {
    this.#today = today
  }

  async say(text: string): Promise<Reply> {
    this.items.push({ role: 'user', content: text })
    const before = this.booked.length
    const calls: Called[] = []
    for (let turn = 0; turn < 10; turn += 1) {
      const { output } = await this.#model.getResponse(this.request())
      this.items.push(...output)
      const asked = output.filter((item) => item.type === 'function_call')
      for (const call of asked) {
        const args: Record<string, string> = JSON.parse(call.arguments)
        calls.push({ name: call.name, args })
        this.items.push(toResult(call.callId, call.name, this.#answer(call.name, args)))
      }
      if (asked.length === 0) {
        return { text: textOf(output), calls, booked: this.booked.slice(before) }
      }
    }
    throw new Error(`No answer to "${text}" after 10 turns`)
  }

  request(more: Partial<ModelRequest> = {}): ModelRequest {
    return {
      systemInstructions: `You are a travel desk. Today is Wednesday, ${this.#today}.`,
      input: structuredClone(this.items),
      modelSettings: {},
      tools,
      outputType: 'text',
      handoffs: [],
      tracing: false,
      ...more,
    }
  }

  #answer(name: string, args: Record<string, string>): unknown {
    const { origin = '', destination = '', travel_date = '', flight_number = '' } = args
    if (name === 'find_flight') return { flights: findFlights(origin, destination, travel_date) }
    if (name === 'get_flight_price') {
      return { flight_number, price: priceOf(flight_number), currency: 'EUR' }
    }
    if (name === 'book_flight') {
      this.booked.push(flight_number)
      return { flight_number, reference: `REF${this.booked.length}`, price: 100, currency: 'EUR' }
    }
    return {
      bookings: this.booked.map((flight, index) => ({
        flight_number: flight,
        reference: `REF${index + 1}`,
      })),
    }
  }
}

export function toResult(callId: string, name: string, output: unknown): AgentInputItem {
  return {
    type: 'function_call_result',
    callId,
    name,
    status: 'completed',
    output: { type: 'text', text: typeof output === 'string' ? output : JSON.stringify(output) },
  }
}

const tools: SerializedTool[] = [
  'find_flight',
  'get_flight_price',
  'list_bookings',
  'book_flight',
].map((name) => ({
  type: 'function',
  name,
  description: name,
  strict: true,
  parameters: { type: 'object', properties: {}, required: [], additionalProperties: false },
}))

function textOf(output: Awaited<ReturnType<OfflineModel['getResponse']>>['output']): string {
  return output
    .flatMap((item) => (item.type === 'message' && item.role === 'assistant' ? item.content : []))
    .map((part) => ('text' in part ? part.text : ''))
    .join('')
}
