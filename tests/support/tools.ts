import { tool, type ModelResponse } from '@openai/agents'
import { functionCall } from '@openai/agents/testing'
import { z } from 'zod'

/** A response with one call. */
export function callsTool(
  name: string,
  args: Record<string, unknown>,
  callId = `call_${name}`,
): ModelResponse['output'] {
  return [functionCall(name, args, { callId })]
}

interface NotedOptions {
  needsApproval?: boolean
  execute?: (args: { n: number }) => unknown
}

/** A tool that takes a number and says that it noted it, or what `execute` says. */
export function notedTool(name: string, options: NotedOptions = {}) {
  return tool({
    name,
    description: 'Notes a number.',
    parameters: z.object({ n: z.number() }),
    needsApproval: options.needsApproval ?? false,
    execute: async (args) => (options.execute ? options.execute(args) : `noted ${args.n}`),
  })
}
