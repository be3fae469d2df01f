import { Agent, tool } from '@openai/agents'
import { createAgentic, currentCall } from 'agentic-node'
import { z } from 'zod'

const refund = tool({
  name: 'refund',
  description: 'Refunds an order.',
  parameters: z.object({ order: z.string() }),
  // The same key on every attempt: whatever pays can tell a repetition from a second refund.
  execute: async ({ order }) => `Refunded ${order} once, as ${currentCall().idempotencyKey}.`,
})

export const agentic = createAgentic({
  agents: { support: () => new Agent({ name: 'Support', tools: [refund] }) },
  owner: (request) => request.headers.get('x-user'), // your sign-in goes here
  database: 'file:./agentic.db',
  tools: { refund: { interrupted: 'rerun' } },
})

// Mount it: app.use(expressAgentic(agentic)), or as docs/hosts/README.md says. Or start a run from your own code:
export async function refundOrder(owner: string, order: string) {
  const run = await agentic.runs.submit({
    owner,
    session: 'orders',
    input: `Refund order ${order}`,
  })
  return agentic.runs.wait({ owner, id: run.id })
}
