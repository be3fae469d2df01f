import { Agent, tool } from '@openai/agents'
import { z } from 'zod'

const findOrder = tool({
  name: 'find_order',
  description: 'Says where an order is.',
  parameters: z.object({ id: z.string() }),
  execute: async ({ id }) => `Order ${id} left the warehouse this morning.`,
})

export const support = () =>
  new Agent({
    name: 'Support',
    instructions: 'Help the user with their orders.',
    tools: [findOrder],
  })
