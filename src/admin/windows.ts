const hour = 3_600_000

/** The times that the overview can show, up to now. */
export const windows = {
  '1h': { words: 'Last hour', ms: hour },
  '6h': { words: 'Last 6 hours', ms: 6 * hour },
  '24h': { words: 'Last 24 hours', ms: 24 * hour },
  '7d': { words: 'Last 7 days', ms: 168 * hour },
  '30d': { words: 'Last 30 days', ms: 720 * hour },
} as const

export type WindowName = keyof typeof windows
export const windowNames = Object.keys(windows) as WindowName[]
