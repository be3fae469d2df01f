import { adoptAgent } from './adopt-agent.ts'
import { needsApproval } from './approval-seam.ts'
import { editedArguments } from './effective-arguments.ts'
import { guard } from './guardrail-seam.ts'
import { handOff } from './handoff-seam.ts'
import { getResponse, streamResponse } from './model-seam.ts'
import { enterRun } from './run-seam.ts'
import type { Seams } from './seams.ts'
import { invokeTool } from './tool-seam.ts'

/** Where the patched SDK ends up while a run of ours is active. */
export const ourSeams: Seams = {
  enterRun,
  adoptAgent,
  getResponse,
  streamResponse,
  invokeTool,
  needsApproval,
  editedArguments,
  handOff,
  guard,
}
