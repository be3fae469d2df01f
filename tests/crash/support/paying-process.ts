// A process that executes runs which pay, or one that decides about an approval as many people at once.
import { AgenticError, createAgentic } from '../../../src/index.ts'
import { owner, paysTools } from './paying-orders.ts'
import type { Place } from './place.ts'

export interface PayingPlan {
  place: Place
  /** Tools have their effect and do not come back. */
  holds?: boolean
  /** Decides so often each way instead, at once, and says what came of it. */
  votes?: { id: string; times: number }
}

if (process.argv[2] !== undefined) await main(JSON.parse(process.argv[2]) as PayingPlan)

async function main({ place, holds = false, votes }: PayingPlan): Promise<void> {
  const agentic = createAgentic({
    agents: {
      payer: async () => (await import('./paying-agent.ts')).payingAgent(place.effects, holds),
    },
    owner: () => null,
    database: place.database,
    lease: { seconds: 2, sweepSeconds: 0.2 },
    concurrency: votes === undefined ? 8 : 0,
    tools: paysTools,
  })
  await agentic.start()
  if (votes === undefined) {
    // A server has its socket; this process has nothing that keeps it from ending while it waits.
    setInterval(() => {}, 60_000)
    process.stdout.write('working\n')
    return
  }
  const { id, times } = votes
  const ballots = Array.from({ length: times * 2 }, async (_, index) => {
    const decision = index % 2 === 0 ? 'approve' : 'reject'
    const decidedBy = `${process.pid}-${index}`
    return agentic.approvals.decide({ owner, id, decision, decidedBy }).then(
      (approval) => ({ decision, outcome: String(approval.decidedBy) }),
      (error: unknown) => {
        if (!(error instanceof AgenticError)) throw error
        return { decision, outcome: error.code }
      },
    )
  })
  process.stdout.write(JSON.stringify(await Promise.all(ballots)))
  await agentic.close()
}
