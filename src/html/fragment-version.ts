import type { RunView } from '../core/options.ts'

/**
 * The version of a fragment with all of its text, and of one whose text a live stream keeps up to date. A page that
 * shows the present version is answered 204, so what a person unfolded or typed in it stays as it is.
 */
export function seenValues({ version, run }: Pick<RunView, 'version' | 'run'>): {
  whole: string
  live: string
} {
  return { whole: `${version}.${run.lastSequence}`, live: `${version}.live` }
}
