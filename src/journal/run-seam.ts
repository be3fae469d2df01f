import { createHash } from 'node:crypto'
import { AgenticError } from '../core/errors.ts'
import { askedName } from './model-name.ts'
import type { RunTrace } from '../telemetry/run-trace.ts'
import { childPath, scopes, type CallScope, type RunScope, type Scope } from './scope.ts'
import type { AgentSeen, RunEntry } from './seams.ts'

/**
 * Every `run()` gets a scope of its own: the attempt's first is `r`, one inside a tool, guardrail or another run is a
 * child keyed by its agent and a digest of its input, so that runs in parallel find their own records on replay.
 */
export function enterRun(scope: Scope, entry: RunEntry): unknown {
  refuseForeignMemory(scope, entry)
  const inside = runScope(scope, entry)
  return inside.trace.endWith(scopes.run(inside, entry.proceed))
}

function runScope(scope: Scope, entry: RunEntry): RunScope {
  return {
    kind: 'run',
    seams: scope.seams,
    journal: scope.journal,
    path: pathOf(scope, entry),
    parent: parentOf(scope),
    responses: 0,
    calls: new Map(),
    newest: [],
    children: new Map(),
    agentName: entry.agent.name,
    askedModel: askedName(entry.agent.model, entry.runner.config.model),
    runnerModel: entry.runner.config.model,
    trace: traceOf(scope, entry),
    needsDecision: false,
    hasOutputGuardrails: false,
    takeOverApproval: () => {},
  }
}

function parentOf(scope: Scope): CallScope | null {
  if (scope.kind === 'run') return scope.parent
  return scope.kind === 'call' ? scope : null
}

function traceOf(scope: Scope, { agent }: RunEntry): RunTrace {
  if (scope.kind === 'attempt') return scope.journal.trace.run
  const outer = scope.kind === 'run' ? scope : parentOf(scope)?.run
  return (outer?.trace ?? scope.journal.trace.run).nested(agent.name)
}

function pathOf(scope: Scope, { agent, input }: RunEntry): string {
  if (scope.kind === 'attempt') return scope.path
  if (scope.kind === 'provider') return `${scope.path}/provider`
  const digest = createHash('sha256').update(inputText(input)).digest('hex').slice(0, 12)
  return childPath(scope, `g:${agent.name}:${digest}`)
}

function inputText(input: unknown): string {
  if (typeof input === 'string') return input
  // A `RunState` carries ids that differ on every attempt; such runs are told apart by their order.
  return Array.isArray(input) ? JSON.stringify(input) : ''
}

const foreignMemory = ['session', 'conversationId', 'previousResponseId'] as const

/** On replay the provider's side or the session would be appended to a second time. */
function refuseForeignMemory({ journal }: Scope, { options }: RunEntry): void {
  const found = foreignMemory.find((name) => options?.[name] !== undefined)
  if (found === undefined) return
  const message = `run() was called with \`${found}\` inside a durable run. Its history would be written again on recovery; pass the items as input instead.`
  journal.latch.set({ kind: 'failed', code: 'unsupported_agent', message })
  throw new AgenticError('unsupported_agent', message)
}

/** Reads what the seams need to know of the agent whose turn it is. */
export function observeAgent(scope: RunScope, agent: AgentSeen): void {
  scope.agentName = agent.name
  scope.askedModel = askedName(agent.model, scope.runnerModel)
  scope.hasOutputGuardrails = (agent.outputGuardrails ?? []).length > 0
  const { toolUseBehavior = 'run_llm_again', outputType = 'text' } = agent
  scope.needsDecision = toolUseBehavior !== 'run_llm_again' || outputType !== 'text'
}
