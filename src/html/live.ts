import type { RunView } from '../core/options.ts'
import { isFinished } from '../core/run.ts'
import { address } from './address.ts'
import { seenValues } from './fragment-version.ts'
import { markup, type Markup } from './markup.ts'

/**
 * How a run fragment follows its run when the page has loaded htmx's SSE extension, of version 2 (`htmx-ext-sse`) or 4
 * (`hx-sse`). Version 2 connects where the fragment begins, version 4 where the text goes; without an extension the
 * attributes mean nothing, and the fragment polls.
 */

/** Where the stream of this version of the fragment is; null once there is nothing to follow. */
export function liveUrlOf({
  run,
  basePath,
  version,
}: Pick<RunView, 'run' | 'basePath' | 'version'>): string | null {
  if (isFinished(run)) return null
  return `${address(basePath, 'runs', run.id, 'live')}?seen=${version}`
}

/** The event that says: what you show is out of date, ask for the fragment. */
export const changedEvent = 'run-changed'

/** For version 4, which would put an error of a proxy in place of what it answers. */
export const noErrors = markup` hx-status:4xx="swap:none" hx-status:5xx="swap:none"`

/** Attributes of the fragment itself. */
export function followsSse({ liveUrl }: RunView): Markup | null {
  return liveUrl === null ? null : markup` hx-ext="sse" data-sse-connect="${liveUrl}"`
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

/**
 * Holds the version shown, which polls send along, and asks for the fragment when the stream says that it changed: not while a
 * poll does, as the later answer would be put in place of a fragment that is gone, and take along what is preserved of
 * the one that is there.
 */
export function seenInput(
  { run, basePath, liveUrl }: Pick<RunView, 'run' | 'basePath' | 'liveUrl'>,
  value: string,
  outOfBand: Markup | null = null,
): Markup {
  const url = address(basePath, 'runs', run.id, 'fragment')
  const refresh =
    liveUrl === null
      ? null
      : markup` hx-get="${url}" hx-trigger="sse:${changedEvent}, ${changedEvent} from:#run-text-${run.id}" hx-target="#run-container-${run.id}" hx-swap="outerHTML" hx-sync="#run-container-${run.id}:queue last"${noErrors}`
  return markup`<input type="hidden" id="run-seen-${run.id}" name="seen" value="${value}"${refresh}${outOfBand}>`
}

const replaces = markup` hx-swap-oob="true"`

/** The first message of a stream: all of the text so far, and that the text is live from now on. */
export function liveBeginning(view: RunView): string {
  const { run, partialText } = view
  const text = markup`<div id="run-text-${run.id}" hx-swap-oob="innerHTML">${partialText}</div>`
  return markup`${text}${seenInput(view, seenValues(view).live, replaces)}`.toString()
}

/** What is written next. In an element of its own, so that spaces at its ends stay. */
export function liveText(text: string): string {
  return markup`<span>${text}</span>`.toString()
}
