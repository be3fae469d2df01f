import type { StepTable } from '../store/tables.ts'
import { knownNames, type RecordedResponse } from './responses.ts'
import type { RunScope } from './scope.ts'
import type { ModelRequestSeen } from './seams.ts'
import { stopIfAsked } from './stop.ts'

/**
 * Whether the code that is to go on from a recorded response can. A recorded call whose tool or handoff is gone cannot
 * be answered: the only change that ends a run. Other drift is an event; instructions and further tools do not matter.
 */
export async function compare(
  scope: RunScope,
  step: StepTable,
  recorded: RecordedResponse,
  request: ModelRequestSeen,
): Promise<void> {
  const names = knownNames(request)
  const gone = recorded.known.find((name) => !names.has(name))
  if (gone !== undefined) {
    scope.journal.latch.set({
      kind: 'failed',
      code: 'divergence',
      message: `Step ${step.path} of this run calls the tool or handoff \`${gone}\`, which agent \`${scope.agentName}\` no longer has. Bring it back until such runs have ended, or retry the run from its start.`,
    })
    stopIfAsked(scope)
  }
  if (step.agent_name === scope.agentName) return
  const payload = { path: step.path, was: step.agent_name, is: scope.agentName }
  await scope.journal.emit([{ type: 'run.drift', payload }])
}
