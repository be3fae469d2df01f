import { Agent, tool, type RunContext } from '@openai/agents'
import { z } from 'zod'
import { callsTool } from '../../support/tools.ts'
import { TurnModel } from '../../support/turn-model.ts'
import type { Inside } from './gauge.ts'

/** Calls a tool that tells the gauge, and says that it is done. */
export function countingAgent(gaugeUrl: string): Agent<Inside> {
  const count = tool({
    name: 'count',
    description: 'Counts.',
    parameters: z.object({}),
    execute: async (_args, context?: RunContext<Inside>) => {
      const query = new URLSearchParams({ ...context!.context })
      return (await fetch(`${gaugeUrl}?${query}`)).text()
    },
  })
  const model = new TurnModel(callsTool('count', {}), 'done')
  return new Agent<Inside>({ name: 'Counting', model, tools: [count] })
}
