import type { RunView } from '../core/options.ts'

/** The request header in which a polling fragment says which version of itself the page shows. */
export const seenHeader = 'Agentic-Seen'

/**
 * Changes whenever the run fragment does. A page that shows this version already is answered 204, so what a
 * person unfolded or typed in it stays as it is.
 */
export function fragmentVersion({ run }: RunView): string {
  const blocked = run.status === 'pending' && run.blockedBy !== null
  const cancelling = run.cancelRequestedAt !== null
  return [run.lastSequence, run.attempt, run.status, Number(blocked), Number(cancelling)].join('.')
}
