/** Ids begin with the moment they were made, by the clock of the process that made them. */
export function momentOf(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
}

/** What sorts before all ids of that moment and after those made before it. */
export function idAt(moment: number): string {
  const digits = Math.min(Math.max(0, Math.floor(moment)), 2 ** 48 - 1).toString(16)
  const all = digits.padStart(12, '0')
  return `${all.slice(0, 8)}-${all.slice(8)}`
}

/**
 * Rows have the database's time, ids that of many processes: so far from each other they may be for a window of time
 * to find its rows by their ids.
 */
export const clocksDifferMs = 60_000
