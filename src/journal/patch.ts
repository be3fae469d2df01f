import { Agent, Runner } from '@openai/agents'
import { instrumentGuardrails } from './instrument-guardrail.ts'
import { instrumentHandoff } from './instrument-handoff.ts'
import { instrumentModel, instrumentProvider } from './instrument-model.ts'
import { instrumentTool } from './instrument-tool.ts'
import { scopes } from './scope.ts'
import type { AgentSeen, RunEntry } from './seams.ts'

/**
 * The one patch of the SDK: three prototype methods that look for a scope and, without one, do exactly what they did.
 * What they reach (tools, handoffs, guardrails, models) is instrumented in place, once per object, equally inert:
 * copying or proxying a tool would lose registrations that the SDK keeps by object identity.
 */
export function patchSdk(): void {
  if (Object.hasOwn(Runner.prototype, patched)) return
  Object.defineProperty(Runner.prototype, patched, { value: true })
  patchRun()
  patchTools()
  patchHandoffs()
}

const patched = Symbol.for('agentic-node.patched.v1')

type AnyMethod = (...args: unknown[]) => unknown

function patchRun(): void {
  const prototype = Runner.prototype as unknown as Record<'run', AnyMethod>
  const original = prototype.run
  prototype.run = function run(this: RunEntry['runner'], ...args: unknown[]) {
    const scope = scopes.getStore()
    if (scope === undefined) return original.apply(this, args)
    const [agent, input, options] = args as [AgentSeen, unknown, Record<string, unknown>?]
    instrumentProvider(this.config.modelProvider)
    instrumentModel(this.config.model)
    instrumentModel(agent.model)
    instrumentGuardrails(agent)
    const proceed = () => original.apply(this, args)
    return scope.seams.enterRun(scope, { agent, input, options, runner: this, proceed })
  }
}

function patchTools(): void {
  const prototype = Agent.prototype as unknown as Record<'getAllTools', AnyMethod>
  const original = prototype.getAllTools
  prototype.getAllTools = async function getAllTools(this: AgentSeen, ...args: unknown[]) {
    const tools = (await original.apply(this, args)) as unknown[]
    const scope = scopes.getStore()
    if (scope === undefined) return tools
    instrumentModel(this.model)
    instrumentGuardrails(this)
    scope.seams.adoptAgent(scope, this, tools, args[0])
    for (const tool of tools) instrumentTool(tool)
    return tools
  }
}

function patchHandoffs(): void {
  const prototype = Agent.prototype as unknown as Record<'getEnabledHandoffs', AnyMethod>
  const original = prototype.getEnabledHandoffs
  prototype.getEnabledHandoffs = async function getEnabledHandoffs(...args: unknown[]) {
    const handoffs = (await original.apply(this, args)) as unknown[]
    if (scopes.getStore() !== undefined) for (const handoff of handoffs) instrumentHandoff(handoff)
    return handoffs
  }
}
