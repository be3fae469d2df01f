import { fromJson, toJson } from '../store/json.ts'
import type { Call, RunScope } from './scope.ts'

/** What a call is made with: what the model asked for, unless whoever approved it changed that. */
export function effectiveArguments(scope: RunScope, call: Call): string {
  return editedArguments(scope, call) ?? call.arguments
}

/** The changed arguments as the text a model would have sent; null when nobody changed them. */
export function editedArguments({ journal }: RunScope, call: Call): string | null {
  const edited = journal.approval(call.path)?.editedArguments ?? null
  if (edited === null) return null
  // What was a text and no JSON is one again.
  return typeof edited === 'string' && !isJson(call.arguments) ? edited : toJson(edited)
}

function isJson(text: string): boolean {
  try {
    fromJson(text)
    return true
  } catch {
    // The question was whether it is.
    return false
  }
}
