import { firstTime } from './instrument.ts'
import { scopes } from './scope.ts'

interface HandoffLike {
  toolName: string
  agentName: string
  agent: unknown
  onInvokeHandoff(runContext: unknown, args: string): Promise<unknown>
}

/** Replaces `onInvokeHandoff` in place. */
export function instrumentHandoff(candidate: unknown): void {
  const handoff = candidate as HandoffLike
  if (!firstTime(handoff, `The handoff ${handoff.toolName}`)) return
  const original = handoff.onInvokeHandoff
  handoff.onInvokeHandoff = async function (this: HandoffLike, runContext, args) {
    const proceed = async () => original.call(this, runContext, args)
    const scope = scopes.getStore()
    if (scope?.kind !== 'run') return proceed()
    // The SDK does not say which call it is; it carries out the first one of a response.
    const { toolName, agentName: targetName, agent: target } = handoff
    const calls = scope.newest.map((id) => scope.calls.get(id))
    const call =
      calls.find((one) => one?.name === toolName && one.arguments === args) ??
      calls.find((one) => one?.name === toolName)
    if (call === undefined) return proceed()
    return scope.seams.handOff(scope, call, { toolName, targetName, target, proceed })
  }
}
