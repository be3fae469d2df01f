import { setTimeout as delay } from 'node:timers/promises'
import { Agent, handoff, run, tool, type Model } from '@openai/agents'
import { z } from 'zod'
import { currentCall } from '../../../src/index.ts'
import { lastOrder, newNonce } from './answers.ts'
import { logEffect } from './effects.ts'

/**
 * One run that has everything: two guardrails that ask a model in parallel, three parallel tools of which one is a
 * nested agent with a tool of its own, a handoff, and a tool that waits for a person.
 */
export interface World {
  effects: string
  model: Model
  /** Called at named points; may never return. */
  at: (point: string) => void
  /** Awaited before a tool has its effect. */
  beforeTool?: (name: string) => Promise<void>
}

export function scenario(world: World): Agent {
  const { model } = world
  const named = (name: string) => ({ name, instructions: name, model })
  const lookup = effectTool(world, 'lookup')
  const researcher = new Agent({ ...named('Researcher'), tools: [lookup] })
  const research = researcher.asTool({ toolName: 'research', toolDescription: 'Finds out.' })
  const closer = new Agent({ ...named('Closer'), tools: [effectTool(world, 'refund', true)] })
  return new Agent({
    ...named('Triage'),
    tools: [effectTool(world, 'charge'), effectTool(world, 'note'), research],
    handoffs: [handoff(closer)],
    inputGuardrails: ['Polite', 'Safe'].map((name) => guardrail(world, new Agent(named(name)))),
  })
}

function guardrail(world: World, judge: Agent) {
  return {
    name: judge.name,
    execute: async ({ input }: { input: unknown }) => {
      world.at(`guardrail:${judge.name}`)
      const { finalOutput } = await run(judge, lastOrder(input))
      return { tripwireTriggered: finalOutput === 'no', outputInfo: finalOutput }
    },
  }
}

function effectTool(world: World, name: string, needsApproval = false) {
  return tool({
    name,
    description: name,
    parameters: z.object({ what: z.string() }),
    needsApproval,
    execute: async ({ what }) => {
      world.at(`tool:${name}:before`)
      await world.beforeTool?.(name)
      const nonce = newNonce()
      const { idempotencyKey: key, attempt } = currentCall()
      logEffect(world.effects, { kind: 'tool', name, key, nonce, attempt })
      world.at(`tool:${name}:after`)
      // One of three in parallel ends before the others.
      if (name === 'note') await delay(20)
      return `${name} of ${what} is ${nonce}`
    },
  })
}
