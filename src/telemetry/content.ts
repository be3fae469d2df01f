/** Largest text of one attribute, in UTF-16 units. */
const most = 16_384
/** Of a single text in a list that would be larger than that; and where one message is that has very many. */
const mostOfText = 1_024
const mostOfMany = 128

interface Part {
  type: string
  [key: string]: unknown
}

interface Message {
  role: string
  parts: Part[]
}

/** What a model is asked, in the form of the GenAI conventions; the oldest messages go when there is no room for all. */
export function inputMessages(input: unknown): string {
  const items = Array.isArray(input) ? input : [{ role: 'user', content: input }]
  return bounded(items.map(toMessage))
}

/** What a model answers: one message, whatever its items are. */
export function outputMessages(output: unknown[]): string {
  const parts = output.flatMap((item) => toMessage(item).parts)
  const calls = parts.some(({ type }) => type === 'tool_call')
  const message = { role: 'assistant', parts, finish_reason: calls ? 'tool_call' : 'stop' }
  return bounded([message])
}

export function instructions(text: string): string {
  return bounded([{ type: 'text', content: text }])
}

/** A text as it is, anything else as JSON. */
export function plain(value: unknown): string {
  return cut(typeof value === 'string' ? value : toJson(withoutFiles(value)), most)
}

const pictureOrFile = /^(input_)?(image|file)$/

/** What a tool answers: pictures and files are named, not copied. */
function withoutFiles(answer: unknown): unknown {
  if (Array.isArray(answer)) return answer.map(withoutFiles)
  if (typeof answer !== 'object' || answer === null) return answer
  const { type } = answer as { type?: unknown }
  return typeof type === 'string' && pictureOrFile.test(type) ? { type } : answer
}

interface ItemSeen {
  type?: string
  role?: string
  content?: unknown
  callId?: string
  name?: string
  arguments?: unknown
  output?: unknown
}

function toMessage(item: unknown): Message {
  const { type = 'message', role, content, callId, name, ...rest } = item as ItemSeen
  switch (type) {
    case 'message':
      return { role: role ?? 'assistant', parts: contentParts(content, 'text') }
    case 'reasoning':
      return { role: 'assistant', parts: contentParts(content, 'reasoning') }
    case 'function_call': {
      const part = { type: 'tool_call', id: callId, name, arguments: rest.arguments }
      return { role: 'assistant', parts: [part] }
    }
    case 'function_call_result': {
      const part = { type: 'tool_call_response', id: callId, response: withoutFiles(rest.output) }
      return { role: 'tool', parts: [part] }
    }
    default:
      return { role: role ?? 'assistant', parts: [{ type }] }
  }
}

function contentParts(content: unknown, type: string): Part[] {
  if (typeof content === 'string') return [{ type, content }]
  if (!Array.isArray(content)) return []
  return content.map((part: { type?: string; text?: string; refusal?: string }) => {
    const text = part.text ?? part.refusal
    return text === undefined ? { type: part.type ?? 'unknown' } : { type, content: text }
  })
}

/** A list as JSON that can still be parsed when it was cut. */
function bounded(list: unknown[]): string {
  const whole = toJson(list)
  if (whole.length <= most) return whole
  let kept = list.map((item) => shortened(item, mostOfText))
  let text = toJson(kept)
  while (text.length > most && kept.length > 1) {
    kept = kept.slice(Math.ceil(kept.length / 2))
    text = toJson(kept)
  }
  if (text.length > most) text = toJson(shortened(kept, mostOfMany))
  return text.length <= most ? text : '[]'
}

/** Cuts long texts and lists, deep inside too. */
function shortened(value: unknown, length: number): unknown {
  if (typeof value === 'string') return cut(value, length)
  if (Array.isArray(value)) return value.slice(0, 20).map((inner) => shortened(inner, length))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, inner]) => [key, shortened(inner, length)])
  return Object.fromEntries(entries)
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length).toWellFormed()} [cut]`
}

function toJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    // It refers to itself, or holds what JSON cannot: telemetry does without.
    return 'null'
  }
}
