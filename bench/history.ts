import { createAgentic, type SessionItem } from '../src/index.ts'
import { InstantModel, priceAgent } from './instant-model.ts'
import {
  aimCells,
  atMost,
  judge,
  median,
  table,
  withScratchFile,
  type Findings,
  type Setting,
} from './report.ts'

/** CPU of a run on a session with 10,000 items against one with 200, under the default `historyLimit`. */
export async function history({ quick }: Setting): Promise<Findings> {
  const model = new InstantModel()
  return withScratchFile(async (database) => {
    const agentic = createAgentic({
      agents: { prices: () => priceAgent(model) },
      owner: () => null,
      database,
    })
    const sizes = [200, 10_000]
    for (const size of sizes) await fill(agentic, size)
    const cost = new Map<number, number[]>(sizes.map((size) => [size, []]))
    for (let round = 0; round < (quick ? 3 : 30); round += 1) {
      for (const size of sizes) cost.get(size)?.push(await cpuOfRun(agentic, size))
    }
    await agentic.close()
    const [small = 0, large = 0] = sizes.map((size) => median(cost.get(size) ?? []))
    const verdict = judge('CPU of a run, ratio', large / small, atMost(1.1))
    const ratio = (large / small).toFixed(2)
    const cells = [small.toFixed(2), large.toFixed(2), ratio, ...aimCells(verdict)]
    const head = ['items in the session', 'CPU ms/run, 200', '10,000', 'ratio', 'aim', 'met']
    return { body: table(head, [['default `historyLimit`', ...cells]]), verdicts: [verdict] }
  })
}

type Instance = ReturnType<typeof createAgentic>

async function fill(agentic: Instance, size: number): Promise<void> {
  const turn: SessionItem[] = [
    { type: 'message', role: 'user', content: 'What does AB123 cost?' },
    {
      type: 'message',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: '120 euros.' }],
    },
  ]
  const items = Array.from({ length: size / 2 }, () => turn).flat()
  await agentic.sessions.add({ owner: 'o', key: `items-${size}`, items })
}

async function cpuOfRun(agentic: Instance, size: number): Promise<number> {
  const before = process.cpuUsage()
  const { id } = await agentic.runs.submit({
    owner: 'o',
    session: `items-${size}`,
    input: 'And now?',
  })
  const run = await agentic.runs.wait({ owner: 'o', id })
  if (run.status !== 'completed') throw new Error(`run ended ${run.status}`)
  const used = process.cpuUsage(before)
  return (used.user + used.system) / 1000
}
