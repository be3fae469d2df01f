interface GuardrailSeen {
  run: (data: DataSeen) => unknown
}

interface DataSeen {
  toolCall?: CallSeen
}

interface CallSeen {
  callId: string
  arguments: string
}

/** As the tool carries them; either may be missing. */
interface GuardedTool {
  inputGuardrails?: GuardrailSeen[]
  outputGuardrails?: GuardrailSeen[]
}

/**
 * A tool's guardrails look at what its call is made with: where a person changed the arguments, at those. `madeWith`
 * answers null where nobody did, and outside of a run.
 */
export function instrumentToolGuardrails(
  tool: object,
  madeWith: (callId: string) => string | null,
): void {
  const guarded = tool as GuardedTool
  for (const name of ['inputGuardrails', 'outputGuardrails'] as const) {
    const guardrails = guarded[name]
    if (guardrails === undefined || guardrails.length === 0) continue
    guarded[name] = guardrails.map((guardrail) => ({
      ...guardrail,
      run: (data: DataSeen) => guardrail.run(withEdited(data, madeWith)),
    }))
  }
}

function withEdited(data: DataSeen, madeWith: (callId: string) => string | null): DataSeen {
  const { toolCall } = data
  const edited = toolCall === undefined ? null : madeWith(toolCall.callId)
  return toolCall === undefined || edited === null
    ? data
    : { ...data, toolCall: { ...toolCall, arguments: edited } }
}
