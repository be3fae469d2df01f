import type { RunView } from '../core/options.ts'

/**
 * How long a text counts as live after the last word of its stream, which has one for it at every ping. Nobody tells a
 * page that a line is dead: a poll shows its reader what was written since.
 */
const liveMs = 25_000

/** The version of a fragment with all of its text. */
export function wholeVersion({ version, run }: Pick<RunView, 'version' | 'run'>): string {
  return `${version}.${run.lastSequence}`
}

/** The version of one whose text a live stream keeps up to date, for now. */
export function liveVersion(version: string): string {
  return `${version}.live.${Date.now()}`
}

/**
 * Whether a page that shows this version shows the present one. It is answered 204, so what a person unfolded or typed
 * in it stays as it is.
 */
export function isSeen(present: Pick<RunView, 'version' | 'run'>, seen: string): boolean {
  if (seen === wholeVersion(present)) return true
  const live = `${present.version}.live.`
  return seen.startsWith(live) && Date.now() - Number(seen.slice(live.length)) < liveMs
}
