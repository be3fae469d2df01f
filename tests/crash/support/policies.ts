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

/** A person is asked about what `policies` has reported, and says what a report would. */
export const askingSettings = { ...toolSettings, refund: { interrupted: 'ask' } } as const
export const personsReport = 'A person says that the call was interrupted by a crash.'
