import { tool } from '@openai/agents'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import type { Agentic, AgentFactory, AgenticOptions, AgentSetup, Run, RunEvent } from 'agentic-node'
import { deferred, instance, emptiedDatabase } from './instance.ts'
import { expireLease, sql, until } from './sql.ts'

/** Streamed and not streamed: the SDK takes different ways through the seams. */
export const modes = ['deltas', 'items'] as const
export type Mode = (typeof modes)[number]

/** A point that code reaches and stays at until it is let go; only the first to come is held. */
export class Hold {
  #isFirst: boolean
  readonly #reached = deferred()
  readonly #released = deferred()

  constructor(holds = true) {
    this.#isFirst = holds
    onTestFinished(() => this.release())
  }

  /** Resolves when somebody is held. */
  get reached(): Promise<void> {
    return this.#reached.promise
  }

  async here(): Promise<void> {
    if (!this.#isFirst) return
    this.#isFirst = false
    this.#reached.resolve()
    await this.#released.promise
  }

  release(): void {
    this.#released.resolve()
  }
}

export interface Story extends Partial<AgenticOptions> {
  /** Builds the agent of one life: 1 for the instance that is lost, 2 for the one that recovers. */
  agent: (life: number, setup: AgentSetup) => ReturnType<AgentFactory>
  events: Mode
}

export interface Lives {
  first: Agentic
  second: Agentic
  run: Run
  events: RunEvent[]
}

/** The first life: an instance that neither sweeps nor beats before its test is over. */
export function firstLife({ agent, ...options }: Story, database = emptiedDatabase()): Agentic {
  return instance({
    agents: { assistant: async (setup) => agent(1, setup) },
    database,
    lease: { seconds: 600, sweepSeconds: 600 },
    concurrency: 1,
    drainSeconds: 0.5,
    ...options,
  })
}

/** The second life: another instance on the same database that looks for what was lost. */
export function secondLife({ agent, ...options }: Story, database: string): Agentic {
  return instance({
    agents: { assistant: async (setup) => agent(2, setup) },
    database,
    lease: { seconds: 30, sweepSeconds: 0.1 },
    ...options,
  })
}

/**
 * Runs an agent until `held` is reached, and so many steps are recorded where others go on beside it; takes the run
 * away as if the process had died there, and lets a second instance bring it to its end. The first one is still held:
 * what it does when let go must change nothing.
 */
export async function killAndRecover(
  story: Story,
  held: Promise<unknown>,
  options: { recorded?: number; until?: 'end' | 'pause' } = {},
): Promise<Lives> {
  const database = emptiedDatabase()
  const first = firstLife(story, database)
  const { id } = await first.runs.submit({ owner: 'ada', session: 'chat', input: 'Go' })
  await Promise.race([held, endOf(first, id)])
  const { recorded = 0, until: end = 'end' } = options
  await until(async () => (await doneSteps(database)) >= recorded)
  await expireLease(database, id)
  const second = secondLife(story, database)
  const run = await second.runs.wait({ owner: 'ada', id, until: end })
  const events = await second.runs.events({ owner: 'ada', id, limit: 1000 })
  return { first, second, run, events }
}

async function doneSteps(database: string): Promise<number> {
  const [row] = await sql(database, "select count(*) as n from agentic_step where state = 'done'")
  return Number(row?.['n'])
}

async function endOf(agentic: Agentic, id: string): Promise<never> {
  const run = await agentic.runs.wait({ owner: 'ada', id, until: 'pause' })
  throw new Error(`the run was to be held, but it is ${run.status}: ${JSON.stringify(run)}`)
}

/** Runs an agent from submit to its end, or to where it waits for a person. */
export async function runOnce(
  story: Story,
  input = 'Go',
): Promise<{ agentic: Agentic; run: Run; events: RunEvent[]; database: string }> {
  const database = emptiedDatabase()
  const agentic = firstLife(story, database)
  const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input })
  const run = await agentic.runs.wait({ owner: 'ada', id, until: 'pause' })
  const events = await agentic.runs.events({ owner: 'ada', id, limit: 1000 })
  return { agentic, run, events, database }
}

/** A tool that notes each time it is really executed. */
export function notingTool(
  name: string,
  effects: string[],
  then: (note: string) => unknown = (note) => `done ${note}`,
) {
  return tool({
    name,
    description: name,
    parameters: z.object({ note: z.string().default('') }),
    execute: async ({ note }) => {
      effects.push(`${name}:${note}`)
      return then(note)
    },
  })
}
