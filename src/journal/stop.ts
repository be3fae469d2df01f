import { enclosingCalls, type RunScope } from './scope.ts'

/**
 * Throws when the attempt is to stop; every wrapper asks before it does anything. Inside a tool call that must not be
 * repeated the soft reasons wait until that call is done: stopping it half way would make its effect uncertain.
 */
export function stopIfAsked(scope: RunScope): void {
  const { latch } = scope.journal
  if (!mustStop(scope)) return
  for (const call of enclosingCalls(scope)) call.wasStopped = true
  latch.throwIfSet()
}

export function mustStop(scope: RunScope): boolean {
  const { latch } = scope.journal
  if (latch.control === null || latch.isHard) return latch.isHard
  return !callToFinish(scope)
}

/** The enclosing call that has to be let finish, if there is one. */
export function callToFinish(scope: RunScope): boolean {
  for (const call of enclosingCalls(scope)) if (call.mustFinish) return true
  return false
}
