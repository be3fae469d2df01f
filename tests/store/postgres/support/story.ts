import { Agent } from '@openai/agents'
import type { Agentic, AgenticOptions } from 'agentic-node'
import { expect } from 'vitest'
import { instance, temporaryDatabase } from '../../../support/instance.ts'
import { createLine, type Line } from '../../../support/proxy.ts'
import { callsTool, notedTool } from '../../../support/tools.ts'
import { TurnModel } from '../../../support/turn-model.ts'

export const owner = 'ada'
const quiet = { info() {}, warn() {}, error() {} }

export interface Story {
  line: Line
  agentic: Agentic
  database: string
  model: TurnModel
  effects: number[]
}

/** An instance at the end of a line, whose agent calls a tool and then answers. */
export async function story(
  during: { tool?: (line: Line) => unknown; answer?: (line: Line) => unknown },
  options: Partial<AgenticOptions> = {},
): Promise<Story> {
  const database = temporaryDatabase()
  const line = await createLine(database)
  const effects: number[] = []
  const model = new TurnModel(
    () => callsTool('note', { n: 1 }),
    async () => {
      await during.answer?.(line)
      return 'done'
    },
  )
  const execute = async ({ n }: { n: number }) => {
    effects.push(n)
    await during.tool?.(line)
    return 'noted'
  }
  const agents = {
    assistant: () => new Agent({ name: 'A', model, tools: [notedTool('note', { execute })] }),
  }
  const agentic = instance({ database: line.url, agents, logger: quiet, ...options })
  await agentic.start()
  return { line, agentic, database, model, effects }
}

/** The run ends once, and nothing of it was repeated. */
export async function expectOnce(
  { agentic, model, effects }: Story,
  id: string,
  runs = 1,
): Promise<void> {
  const run = await agentic.runs.wait({ owner, id })
  expect(run).toMatchObject({ status: 'completed', attempt: 1 })
  expect([model.calls, effects.length]).toEqual([2 * runs, runs])
  const events = await agentic.runs.events({ owner, id, limit: 1000 })
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1))
  expect(events.filter(({ type }) => type === 'run.completed')).toHaveLength(1)
}

/** Cuts the line once, at the commit with this number from now; answers whether it came to that. */
export const cutting = { before: cutBefore, after: cutAfter }

const isCommit = (text: string) => text.includes('commit\0')

/** The server never hears of the commit. */
function cutBefore(line: Line, number: number, cut = () => line.cut()): () => boolean {
  let commits = 0
  line.watch((direction, text) => {
    if (direction === 'up' && isCommit(text) && (commits += 1) === number) cut()
  })
  return () => commits >= number
}

/** The server has committed, and its answer does not arrive. */
function cutAfter(line: Line, number: number, cut = () => line.cut()): () => boolean {
  let commits = 0
  let answers = 0
  line.watch((direction, text) => {
    if (direction === 'up' && isCommit(text)) commits += 1
    if (direction === 'up' || commits < number || !text.includes('COMMIT\0')) return
    if ((answers += 1) === 1) cut()
  })
  return () => answers > 0
}
