import { firstTime } from './instrument.ts'
import { scopes } from './scope.ts'
import type { AgentSeen } from './seams.ts'

interface GuardrailLike {
  name: string
  execute(args: unknown): Promise<unknown>
}

/** Replaces `execute` of an agent's guardrails in place; the SDK reads it when a run begins. */
export function instrumentGuardrails(agent: AgentSeen): void {
  for (const guardrail of agent.inputGuardrails ?? []) instrumentGuardrail(guardrail, 'input')
  for (const guardrail of agent.outputGuardrails ?? []) instrumentGuardrail(guardrail, 'output')
}

function instrumentGuardrail(candidate: unknown, side: 'input' | 'output'): void {
  const guardrail = candidate as GuardrailLike
  if (!firstTime(guardrail, `The guardrail ${guardrail.name}`)) return
  const original = guardrail.execute
  guardrail.execute = async function (this: GuardrailLike, args) {
    // The SDK calls it detached from its object.
    const run = async () => original.call(guardrail, args)
    const scope = scopes.getStore()
    if (scope?.kind !== 'run') return run()
    return scope.seams.guard(scope, `${side}:${guardrail.name}`, run)
  }
}
