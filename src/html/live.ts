import type { RunView } from '../core/options.ts'
import { isFinished } from '../core/run.ts'
import { address } from './address.ts'
import { liveVersion } from './fragment-version.ts'
import { markup, type Markup } from './markup.ts'
import { noErrors } from './no-errors.ts'

/**
 * How a run fragment follows its run when the page has loaded htmx's SSE extension, of version 2 (`htmx-ext-sse`) or 4
 * (`hx-sse`). Version 2 connects where the fragment begins, version 4 where the text goes; without an extension the
 * attributes mean nothing, and the fragment polls.
 */

/**
 * Where the stream of this version of the fragment is; null where no text is about to come. A browser has six lines to a
 * server that speaks HTTP/1.1, and streams of runs that wait would hold them.
 */
export function liveUrlOf({
  run,
  basePath,
  version,
}: Pick<RunView, 'run' | 'basePath' | 'version'>): string | null {
  const isBlocked = run.status === 'pending' && run.blockedBy !== null
  if (isFinished(run) || run.status === 'awaiting_approval' || isBlocked) return null
  return `${address(basePath, 'runs', run.id, 'live')}?seen=${version}`
}

/** The event that says: what you show is out of date, ask for the fragment. */
export const changedEvent = 'run-changed'

/** Attributes of the fragment itself. */
export function followsSse({ liveUrl }: RunView): Markup | null {
  return liveUrl === null ? null : markup` hx-ext="sse" data-sse-connect="${liveUrl}"`
}

/** What else than time makes the fragment ask for itself: version 2 has a name of its own for an event of its stream. */
export function streamTriggers({ liveUrl }: RunView): string {
  return liveUrl === null ? '' : `, sse:${changedEvent}, ${changedEvent}`
}

/** Where the newest message is written. */
export function textPlace({ run, partialText, liveUrl }: RunView): Markup | null {
  if (isFinished(run) || (partialText === '' && liveUrl === null)) return null
  const live =
    liveUrl === null
      ? null
      : markup` hx-sse:connect="${liveUrl}" data-sse-swap="message" hx-target="this" hx-swap="beforeend"${noErrors}`
  return markup`<div id="run-text-${run.id}" class="agent-run__partial agent-text"${live}>${partialText}</div>`
}

/** Holds the version shown, which polls send along. */
export function seenInput(runId: string, value: string, outOfBand: Markup | null = null): Markup {
  return markup`<input type="hidden" id="run-seen-${runId}" name="seen" value="${value}"${outOfBand}>`
}

const replaces = markup` hx-swap-oob="true"`

/** The first message of a stream: all of the text so far, and that the text is live from now on. */
export function liveBeginning(view: RunView): string {
  const { run, partialText } = view
  const text = markup`<div id="run-text-${run.id}" hx-swap-oob="innerHTML">${partialText}</div>`
  return markup`${text}${stillLive(run.id, view.version)}`.toString()
}

/** That the text of this version is live still. */
export function stillLive(runId: string, version: string): Markup {
  return seenInput(runId, liveVersion(version), replaces)
}

/** What is written next. In an element of its own, so that spaces at its ends stay. */
export function liveText(text: string): string {
  return markup`<span>${text}</span>`.toString()
}
