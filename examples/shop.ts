/** Stands for your database. */
export const orders = new Map([
  ['41', { customer: 'ada', cents: 900, isRefundable: true }],
  ['42', { customer: 'ada', cents: 25_000, isRefundable: true }],
  ['43', { customer: 'bob', cents: 900, isRefundable: true }],
  ['44', { customer: 'ada', cents: 25_000, isRefundable: false }],
])

export const refunds = new Map<string, string>()

/** As an insert by key that does nothing on conflict. */
export function refundOnce(key: string, order: string): string {
  if (!refunds.has(key)) refunds.set(key, order)
  return `Order ${order} is refunded.`
}

export const isStaff = async (user: string): Promise<boolean> => user === 'grace'
