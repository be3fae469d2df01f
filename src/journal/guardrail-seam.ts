import { noStepUsage } from '../store/steps.ts'
import { callScope, childPath, scopes, type CallScope, type RunScope } from './scope.ts'
import { decodeValue, encodeValue } from './values.ts'

/**
 * A guardrail's verdict is a fact, unless it asked a model: then that model's answer is recorded inside, and the
 * verdict follows from it again.
 */
export async function guard(
  scope: RunScope,
  name: string,
  run: (scope: CallScope) => Promise<unknown>,
): Promise<unknown> {
  const { journal } = scope
  const path = childPath(scope, `guard:${name}`)
  const step = await journal.recorded(path)
  if (step !== null) return decodeValue(step.result ?? '{}')
  const began = performance.now()
  const inside = callScope(scope, path)
  const verdict = await scopes.run(inside, async () => run(inside))
  if (inside.children.size > 0 || journal.latch.control !== null) return verdict
  await journal.record(
    {
      path,
      kind: 'guardrail',
      agentName: scope.agentName,
      name,
      callId: null,
      arguments: null,
      effectiveArguments: null,
      result: encodeValue(verdict),
      given: null,
      ...noStepUsage,
      tookMs: Math.floor(performance.now() - began),
    },
    [],
  )
  return verdict
}
