import { RunToolApprovalItem } from '@openai/agents'
import { observeAgent } from './run-seam.ts'
import type { Scope } from './scope.ts'
import type { AgentSeen, ItemSeen } from './seams.ts'
import { assertSupported } from './unsupported-tools.ts'

type ApprovalArguments = ConstructorParameters<typeof RunToolApprovalItem>
interface RunContextLike {
  approveTool?: (item: RunToolApprovalItem) => void
}

/** Called before each model call of an agent, with the tools it is about to offer. */
export function adoptAgent(
  scope: Scope,
  agent: AgentSeen,
  tools: unknown[],
  runContext: unknown,
): void {
  if (scope.kind !== 'run') return
  try {
    assertSupported(agent.name, tools)
  } catch (error) {
    // A nested agent's error would become a tool result: the latch makes it the run's.
    const message = error instanceof Error ? error.message : String(error)
    scope.journal.latch.set({ kind: 'failed', code: 'unsupported_agent', message })
    throw error
  }
  observeAgent(scope, agent)
  scope.takeOverApproval = (call: ItemSeen) => {
    const item = new RunToolApprovalItem(
      call as ApprovalArguments[0],
      agent as unknown as ApprovalArguments[1],
    )
    ;(runContext as RunContextLike | undefined)?.approveTool?.(item)
  }
}
