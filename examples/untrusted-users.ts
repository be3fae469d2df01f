import { Agent, tool, type RunContext } from '@openai/agents'
import { createAgentic, currentCall } from 'agentic-node'
import { z } from 'zod'
import { isStaff, orders, refundOnce } from './shop.ts'

/** For whom the tools act. Made on the server from the owner; neither the client nor the model has a say in it. */
interface Customer {
  id: string
  isStaff: boolean
  language: 'en' | 'de'
}

const order = z.object({ order: z.string().regex(/^\d{1,9}$/) })

/** Another customer's order is answered like one that does not exist. */
function ownOrder(number: string, context?: RunContext) {
  const customer = context?.context as Customer | undefined
  const found = orders.get(number)
  return found !== undefined && found.customer === customer?.id ? found : null
}

const findOrder = tool({
  name: 'find_order',
  description: 'Looks up an order of the customer.',
  parameters: order,
  execute: ({ order }, context) => ownOrder(order, context) ?? 'There is no such order.',
})

const refund = tool({
  name: 'refund',
  description: 'Refunds an order of the customer.',
  parameters: order,
  // The customer confirms what costs much: a model can be talked into things.
  needsApproval: async (context, { order }) => (ownOrder(order, context)?.cents ?? 0) > 5000,
  execute: async ({ order }, context) => {
    // Checked here, where it happens: an approval says that somebody wants it, not that they may.
    const found = ownOrder(order, context)
    if (found === null || !found.isRefundable) return 'This order cannot be refunded.'
    return refundOnce(currentCall().idempotencyKey, order)
  },
})

const listOrders = tool({
  name: 'list_orders',
  description: 'Lists the orders of all customers.',
  parameters: z.object({}),
  // Who is not of the staff has no such tool, so that nobody can talk the model into using it.
  isEnabled: ({ runContext }: { runContext: RunContext<Customer> }) => runContext.context.isStaff,
  execute: async () => [...orders.keys()],
})

/** What a client may send as `context`. */
const fromClient = z.object({ language: z.enum(['en', 'de']) }).catch({ language: 'en' })

export const agentic = createAgentic({
  agents: {
    shop: () => new Agent<Customer>({ name: 'Shop', tools: [findOrder, refund, listOrders] }),
  },
  owner: (request) => request.headers.get('x-user'), // your sign-in goes here
  context: async ({ owner, context }): Promise<Customer> => ({
    id: owner,
    isStaff: await isStaff(owner),
    language: fromClient.parse(context).language,
  }),
  tools: { find_order: { interrupted: 'rerun' }, refund: { interrupted: 'rerun' } },
  runOptions: { maxTurns: 6 },
  limits: {
    rate: '20/m',
    ownerConcurrency: 2,
    pendingPerOwner: 10,
    inputBytes: 20_000,
    inputItems: 20,
    toolOutputBytes: 20_000,
  },
})
