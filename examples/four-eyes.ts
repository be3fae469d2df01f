import { Agent, tool } from '@openai/agents'
import { createAgentic, currentCall } from 'agentic-node'
import { z } from 'zod'
import { isStaff, refundOnce } from './shop.ts'

const refund = tool({
  name: 'refund',
  description: 'Refunds an order.',
  parameters: z.object({ order: z.string() }),
  needsApproval: true,
  execute: async ({ order }) => refundOnce(currentCall().idempotencyKey, order),
})

// Your sign-in goes here.
const userOf = (request: Request): string | null => request.headers.get('x-user')

export const agentic = createAgentic({
  agents: { shop: () => new Agent({ name: 'Shop', tools: [refund] }) },
  owner: userOf,
  tools: {
    // A person says what became of a refund that a crash cut off. What nobody decides in a day is rejected.
    refund: { interrupted: 'ask', approvalSeconds: 86_400 },
  },
  // Somebody of the staff, but not who asked for it.
  canApprove: async (request, { owner }) => {
    const user = userOf(request)
    return user !== null && user !== owner && (await isStaff(user))
  },
})

/** Goes into a page for the staff, under each customer. */
export const waitingOf = async (customer: string): Promise<string> =>
  agentic.renderApprovals({ owner: customer })
