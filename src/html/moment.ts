import { markup, type Markup } from './markup.ts'

/** A moment to the minute. In UTC and saying so, as the server does not know where its reader is. */
export function moment(milliseconds: number): Markup {
  const iso = new Date(milliseconds).toISOString()
  return markup`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC</time>`
}
