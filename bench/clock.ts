/** Milliseconds since the epoch with their fractions: one clock for all processes of the machine. */
export function now(): number {
  return performance.timeOrigin + performance.now()
}

/** Deltas tell the time on a short clock, because an event of a whole message has a bounded size. */
export const shortClockMs = 1_000_000

export function shortNow(): string {
  return (now() % shortClockMs).toFixed(1)
}

/** How long ago a moment on the short clock was. */
export function since(moment: number): number {
  return (now() - moment) % shortClockMs
}
