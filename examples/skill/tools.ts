import { Agent, tool } from '@openai/agents'
import { createAgentic, currentCall } from 'agentic-node'
import { z } from 'zod'

const findOrder = tool({
  name: 'find_order',
  description: 'Looks up an order.',
  parameters: z.object({ order: z.string() }),
  execute: async ({ order }) => `Order ${order} is on its way.`,
})

const refund = tool({
  name: 'refund',
  description: 'Refunds an order.',
  parameters: z.object({ order: z.string(), cents: z.int() }),
  // The run waits, as a row, until a person has decided; then the call is made, or the model is told why not.
  needsApproval: async (_context, { cents }) => cents > 5000,
  // The same key on every attempt: whatever pays can tell a repetition from a second refund.
  execute: async ({ order }) => `Refunded ${order} as ${currentCall().idempotencyKey}.`,
})

export const agentic = createAgentic({
  agents: { support: () => new Agent({ name: 'Support', tools: [findOrder, refund] }) },
  owner: (request) => request.headers.get('x-user'),
  tools: {
    find_order: { interrupted: 'rerun' }, // reads only
    refund: { interrupted: 'rerun', approvalSeconds: 86_400 }, // has its key; undecided for a day is rejected
    delete_account: { interrupted: 'ask', needsApproval: true }, // as for a tool of an MCP server
    // Any other: 'report'. The model is told that nobody knows whether the call happened.
  },
})

/** Decides the first call that waits for an owner. */
export async function approveNext(owner: string, decidedBy: string) {
  const [waiting] = await agentic.approvals.list({ owner, status: 'pending' })
  if (waiting === undefined) return null
  return agentic.approvals.decide({ owner, id: waiting.id, decision: 'approve', decidedBy })
}
