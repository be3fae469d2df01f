import type { RunView } from '../core/options.ts'
import type { RunStatus } from '../core/run.ts'
import { markup, type Markup } from './markup.ts'
import { readableJson } from './readable.ts'

/** The tool calls of a run in order, each folded, with its arguments and its output once there is one. */
export function toolCalls({ run, tools }: RunView): Markup | null {
  if (tools.length === 0) return null
  return markup`<ul class="agent-run__tools">${tools.map((tool) => toolCall(tool, run.status))}</ul>
`
}

function toolCall(tool: RunView['tools'][number], status: RunStatus): Markup {
  const underWay = status === 'running' ? 'running' : 'open'
  const state = tool.output === null ? underWay : 'done'
  return markup`<li class="agent-run__tool agent-run__tool--${state}"><details><summary><span class="agent-run__tool-name">${tool.name}</span> <span class="agent-run__tool-state">${state}</span></summary>
${labelled('Arguments', readableJson(tool.arguments))}${tool.output === null ? null : labelled('Output', readableJson(tool.output))}</details></li>`
}

/** A block of program text under a small label. */
export function labelled(label: string, text: string): Markup {
  return markup`<p class="agent-label">${label}</p><pre class="agent-code" tabindex="0">${text}</pre>`
}
