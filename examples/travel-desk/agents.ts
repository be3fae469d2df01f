import { readFileSync } from 'node:fs'
import { Agent } from '@openai/agents'
import { travelTools, type ToolsOptions, type Traveller } from './tools.ts'

export interface TravelDeskOptions extends ToolsOptions {
  /** The name of the model; without one the provider's default. */
  model?: string | undefined
}

const prompt = readFileSync(new URL('./prompt.md', import.meta.url), 'utf8')

export function travelDesk({ model, ...tools }: TravelDeskOptions) {
  return new Agent<Traveller>({
    name: 'Travel desk',
    instructions: () => prompt.replace('{{today}}', spokenToday()),
    tools: travelTools(tools),
    ...(model ? { model } : {}),
    modelSettings: { parallelToolCalls: true },
  })
}

/** "Wednesday, 2026-11-25", by the clock of the desk. */
function spokenToday(): string {
  const now = new Date()
  const weekday = now.toLocaleDateString('en-GB', { weekday: 'long' })
  const [month, day] = [now.getMonth() + 1, now.getDate()].map((part) =>
    String(part).padStart(2, '0'),
  )
  return `${weekday}, ${now.getFullYear()}-${month}-${day}`
}
