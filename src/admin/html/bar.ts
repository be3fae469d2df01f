import { markup, type Markup } from '../../html/markup.ts'

/** From when until when a timeline is drawn. */
export interface Span {
  from: number
  to: number
}

const width = 1000
const least = 4

/** When something ran, within the whole: a picture of what the words beside it say. */
export function bar(whole: Span, { from, to }: Span, kind: string): Markup {
  const length = Math.max(1, whole.to - whole.from)
  const place = (ms: number) => Math.min(width, Math.max(0, ((ms - whole.from) / length) * width))
  const x = Math.min(place(from), width - least)
  const w = Math.max(least, place(to) - x)
  return markup`<svg class="admin-bar" viewBox="0 0 ${width} 10" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="admin-bar__whole" x="0" y="4" width="${width}" height="2"/><rect class="admin-bar__part admin-bar__part--${kind}" x="${x.toFixed(1)}" y="0" width="${w.toFixed(1)}" height="10"/></svg>`
}
