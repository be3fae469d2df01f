export interface StopSignals {
  /** The wish to stop. */
  readonly first: Promise<NodeJS.Signals>
  /** The wish not to wait for it. */
  readonly second: Promise<NodeJS.Signals>
}

/**
 * Ctrl-C reaches every process of a terminal, and npm hands on what it gets: under it one wish arrives twice. What
 * comes so soon after the first is the same one there. Without such a wrapper there is no need to guess.
 */
const sameWishMs = 200

/**
 * Listens from now on to the end of the process: the SDK, which the app's config may load, ends a process on a signal
 * where it finds no listener besides its own.
 */
export function listenForStop(): StopSignals {
  const first = Promise.withResolvers<NodeJS.Signals>()
  const second = Promise.withResolvers<NodeJS.Signals>()
  const isWrapped = process.env['npm_config_user_agent'] !== undefined
  let since: number | null = null
  const hear = (signal: NodeJS.Signals) => {
    const now = performance.now()
    if (since === null) first.resolve(signal)
    else if (!isWrapped || now - since > sameWishMs) second.resolve(signal)
    since ??= now
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, hear)
  return { first: first.promise, second: second.promise }
}
