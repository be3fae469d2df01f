import { scopes } from '../../../src/journal/scope.ts'

/** The number of the attempt on whose behalf this code runs: in a model or a tool of a run. */
export function attemptHere(): number {
  const scope = scopes.getStore()
  if (scope === undefined) throw new Error('this does not run in an attempt')
  return scope.journal.attempt
}
