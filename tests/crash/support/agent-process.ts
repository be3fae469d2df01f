// A process that takes one order and sees it through: submits it, executes it, approves what waits.
// It is started again after a kill, and must then find its run and bring it to its end.
import { join } from 'node:path'
import { createAgentic } from '../../../src/index.ts'
import { logEffect, readEffects } from './effects.ts'
import { Killer, type KillAt } from './points.ts'
import { scenario, toolSettings } from './scenario.ts'

export interface Plan {
  folder: string
  streamed: boolean
  kill: KillAt | null
}

export const owner = 'ada'
export const session = 'chat'
export const tag = 'order-1'

if (process.argv[2] !== undefined) await main(JSON.parse(process.argv[2]) as Plan)

async function main({ folder, streamed, kill }: Plan): Promise<void> {
  const effects = join(folder, 'effects.log')
  // A server has its socket; this process has nothing that keeps it from ending while it waits.
  const staying = setInterval(() => {}, 1000)
  const killer = new Killer(kill)
  const accepted = readEffects(effects).find((effect) => effect.kind === 'accepted')
  const world = {
    effects,
    at: (point: string) => killer.at(point),
    modelMs: () => 5,
    pieceMs: 60,
  }
  const agentic = createAgentic({
    agents: {
      assistant: () => {
        killer.at('factory')
        return scenario(world)
      },
    },
    owner: () => null,
    database: `file:${join(folder, 'test.db')}`,
    lease: { seconds: 1, sweepSeconds: 0.2 },
    events: streamed ? 'deltas' : 'items',
    tools: toolSettings,
    context: () => {
      killer.at('context')
      return {}
    },
    drainSeconds: 2,
  })
  for (const name of ['run.started', 'run.completed'] as const) {
    agentic.on(name, () => killer.at(`listener:${name}`))
  }
  agentic.on('run.event', ({ event }) => killer.at(`event:${event.type}`))
  // A process started again is killed from its first commit on; the first one has a schema to look at before.
  if (accepted !== undefined) killer.arm()
  await agentic.start()
  killer.arm()
  const id = accepted?.runId ?? (await submit())
  for (;;) {
    const run = await agentic.runs.wait({ owner, id, until: 'pause' })
    if (run.status !== 'awaiting_approval') break
    for (const approval of await agentic.approvals.list({ owner, status: 'pending' })) {
      killer.at('waiting')
      await agentic.approvals.decide({ owner, id: approval.id, decision: 'approve' })
    }
  }
  await agentic.close()
  clearInterval(staying)
  process.stdout.write(`${killer.commits}\n`)

  async function submit(): Promise<string> {
    const options = { owner, session, input: `Please see to ${tag}`, idempotencyKey: tag }
    const { id } = await agentic.runs.submit(options)
    logEffect(effects, { kind: 'accepted', tag, runId: id })
    return id
  }
}
