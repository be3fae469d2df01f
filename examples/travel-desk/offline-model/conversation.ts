import type { ModelRequest } from '@openai/agents'

/** One call of a tool, and what came back when it has. */
export interface ToolUse {
  name: string
  args: Record<string, unknown>
  output: string | undefined
}

/** A message of the user and what happened until the next one. */
export interface Turn {
  text: string
  uses: ToolUse[]
}

export interface Conversation {
  /** The day the instructions name, or today. */
  today: string
  /** Names of the tools on offer. */
  tools: Set<string>
  /** The last one is under way. */
  turns: Turn[]
}

/** Nobody asks a travel desk for more than that in one go. */
const longestMessage = 2000

type Item = Exclude<ModelRequest['input'], string>[number]

/** Everything the model knows: the instructions, the items and the tools of the request. */
export function readConversation(request: ModelRequest): Conversation {
  const turns: Turn[] = []
  const byCallId = new Map<string, ToolUse>()
  const items: Item[] =
    typeof request.input === 'string' ? [{ role: 'user', content: request.input }] : request.input
  for (const item of items) readItem(item, turns, byCallId)
  if (turns.length === 0) turns.push({ text: '', uses: [] })
  return { today: todayOf(request.systemInstructions), tools: toolNames(request), turns }
}

function readItem(item: Item, turns: Turn[], byCallId: Map<string, ToolUse>): void {
  if ('role' in item && item.role === 'user') {
    turns.push({ text: textOf(item.content).slice(0, longestMessage), uses: [] })
  } else if (item.type === 'function_call') {
    const use: ToolUse = { name: item.name, args: toArguments(item.arguments), output: undefined }
    byCallId.set(item.callId, use)
    turns.at(-1)?.uses.push(use)
  } else if (item.type === 'function_call_result') {
    const use = byCallId.get(item.callId)
    if (use) use.output = textOf(item.output)
  }
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (Array.isArray(content)) return content.map(textOf).join('\n')
  const text = content && typeof content === 'object' && 'text' in content ? content.text : ''
  return typeof text === 'string' ? text : ''
}

function toArguments(json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json)
    return value && typeof value === 'object' ? { ...value } : {}
  } catch {
    // Arguments that are no JSON say nothing; the tool has told the model so.
    return {}
  }
}

function todayOf(instructions = ''): string {
  const named = /today is[^.\n]*?(\d{4}-\d{2}-\d{2})/i.exec(instructions)
  return named?.[1] ?? new Date().toISOString().slice(0, 10)
}

function toolNames(request: ModelRequest): Set<string> {
  return new Set(request.tools.map((tool) => tool.name))
}
