import { Agent, tool } from '@openai/agents'
import { z } from 'zod'
import { currentCall } from '../../../src/index.ts'
import { call, results, TurnModel } from '../../support/turn-model.ts'
import { logEffect } from './effects.ts'
import { orders } from './paying-orders.ts'

/** Asks whether it may pay 500, with the tool that the order names. */
export function payingAgent(effects: string, holds: boolean): Agent {
  const model = new TurnModel(
    (request) => {
      const order = orders.find((name) => JSON.stringify(request.input).includes(`by ${name}`))
      return [call(`pay_${order}`, { amount: 500 })]
    },
    (request) => results(request).join(),
  )
  const tools = orders.map((order) =>
    tool({
      name: `pay_${order}`,
      description: 'Pays.',
      parameters: z.object({ amount: z.number() }),
      needsApproval: true,
      execute: async ({ amount }) => {
        const { idempotencyKey: key, attempt } = currentCall()
        logEffect(effects, { kind: 'tool', name: order, key, nonce: String(amount), attempt })
        if (holds && order !== 'vote') await new Promise(() => {})
        return `paid ${amount}`
      },
    }),
  )
  return new Agent({ name: 'Payer', model, tools })
}
