/** Tools of the scenario that have an effect, and what becomes of a call that was cut off. */
export const policies = {
  charge: 'report',
  refund: 'report',
  note: 'rerun',
  lookup: 'rerun',
} as const

export const toolSettings = {
  note: { interrupted: 'rerun' },
  lookup: { interrupted: 'rerun' },
} as const
