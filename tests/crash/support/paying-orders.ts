/** What becomes of an order's tool when it was cut off. `vote`: many decide about it at once. */
export const orders = ['report', 'rerun', 'ask', 'fail', 'vote'] as const
export type Order = (typeof orders)[number]

export const owner = 'ada'

export const paysTools = {
  pay_report: { interrupted: 'report' },
  pay_rerun: { interrupted: 'rerun' },
  pay_ask: { interrupted: 'ask' },
  pay_fail: { interrupted: 'fail' },
} as const
