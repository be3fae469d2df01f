import { Runner, type Agent, type AgentInputItem, type ModelProvider } from '@openai/agents'
import type { AgentLike, ModelProviderLike } from '../core/options.ts'
import type { SessionItem } from '../core/session.ts'
import { ControlStop } from './control.ts'
import type { Journal } from './journal.ts'
import { ourSeams } from './our-seams.ts'
import { patchSdk } from './patch.ts'
import { scopes } from './scope.ts'
import { boundOutput } from './values.ts'

export interface AgentRun {
  journal: Journal
  agent: AgentLike
  items: SessionItem[]
  context: unknown
  maxTurns: number
  stream: boolean
  tracing: boolean
  modelProvider: ModelProviderLike | null
}

export type AgentOutcome =
  | { kind: 'done'; output: unknown; items: SessionItem[] }
  /** The SDK ended the run to wait for a person in a way that we do not take over. */
  | { kind: 'interrupted'; toolNames: string[] }
  | { kind: 'threw'; error: unknown }

/** Runs the agent from its frozen input with the journal in front; never rejects. */
export async function runAgent(run: AgentRun): Promise<AgentOutcome> {
  patchSdk()
  const scope = { kind: 'attempt', seams: ourSeams, journal: run.journal, path: 'r' } as const
  try {
    return await scopes.run(scope, async () => execute(run))
  } catch (error) {
    return { kind: 'threw', error }
  } finally {
    run.journal.deltas.stop()
  }
}

async function execute(run: AgentRun): Promise<AgentOutcome> {
  const runner = new Runner({
    // Without one of ours the SDK's own default stays: what the app set with `setDefaultModelProvider`, or OpenAI.
    ...(run.modelProvider !== null && { modelProvider: run.modelProvider as ModelProvider }),
    tracingDisabled: !run.tracing,
  })
  const agent = run.agent as unknown as Agent
  const items = run.items as unknown as AgentInputItem[]
  const options = { context: run.context, maxTurns: run.maxTurns, signal: run.journal.latch.signal }
  if (!run.stream) return toOutcome(await runner.run(agent, items, options))
  const result = await runner.run(agent, items, { ...options, stream: true })
  // Events are ours, emitted by the seams; reading on keeps the SDK's own queue empty.
  for await (const _ of result) void _
  await result.completed
  // A stream that was aborted, or whose model was stopped, ends without an error and without an output.
  const { latch } = run.journal
  if (result.cancelled || latch.wasFelt) {
    return { kind: 'threw', error: new ControlStop(latch.control ?? { kind: 'drain' }) }
  }
  return toOutcome(result)
}

interface ResultLike {
  finalOutput?: unknown
  output: unknown[]
  interruptions?: { name?: string | undefined }[]
}

function toOutcome(result: ResultLike): AgentOutcome {
  const waiting = result.interruptions ?? []
  if (waiting.length > 0) {
    return { kind: 'interrupted', toolNames: waiting.map((item) => item.name ?? 'a tool') }
  }
  return {
    kind: 'done',
    output: boundOutput(result.finalOutput ?? null, Number.MAX_SAFE_INTEGER),
    items: result.output as SessionItem[],
  }
}
