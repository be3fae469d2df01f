import { AgenticError } from '../core/errors.ts'

/** Tools whose effects we cannot journal: named when the agent is first used, before anything of it runs. */
export function assertSupported(agentName: string, tools: unknown[]): void {
  for (const tool of tools) {
    const problem = problemOf(tool)
    if (problem !== null) {
      throw new AgenticError(
        'unsupported_agent',
        `Agent \`${agentName}\` cannot run durably: ${problem}`,
      )
    }
  }
}

interface ToolSeen {
  type: string
  name?: string
  environment?: { type?: string }
  providerData?: { type?: string; require_approval?: unknown; requireApproval?: unknown }
}

function problemOf(tool: unknown): string | null {
  const { type, name = '', environment, providerData } = tool as ToolSeen
  if (type === 'computer' || type === 'apply_patch' || (type === 'shell' && isLocal(environment))) {
    return `its \`${type}\` tool ${name} acts through methods that are not recorded, so a crash would repeat its effects. Offer the action as a function tool.`
  }
  const approval = providerData?.require_approval ?? providerData?.requireApproval
  if (type === 'hosted_tool' && approval !== undefined && approval !== 'never') {
    return `its hosted tool ${name} asks for approval on the provider's side, which is not supported yet. Set \`requireApproval: 'never'\`, or reach the server as a local MCP server.`
  }
  return null
}

function isLocal(environment: ToolSeen['environment']): boolean {
  return environment?.type === undefined || environment.type === 'local'
}
