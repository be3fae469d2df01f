import { markup, type Markup } from '../../../html/markup.ts'

interface FigureView {
  id: string
  title: string
  /** What the picture shows, in one sentence. */
  about: string
  width: number
  height: number
  drawing: Markup
  legend?: Markup | null
  /** The same figures as a table. */
  figures: Markup
}

/** A picture with its name, what it shows in words, and its figures for whoever does not see it or wants them exactly. */
export function figure(view: FigureView): Markup {
  const { id, title, about, width, height, drawing, legend = null, figures } = view
  return markup`<figure class="admin-figure" aria-labelledby="${id}"><figcaption id="${id}"><h3>${title}</h3></figcaption>
${legend}<div class="admin-plot" tabindex="0" role="region" aria-labelledby="${id}"><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${about}">${drawing}</svg></div>
<details><summary>The figures as a table</summary>${figures}</details></figure>
`
}

/** A line of an axis across the picture, with its label. */
export function gridLine(line: { y: number; from: number; to: number; label: string }): Markup {
  const { y, from, to, label } = line
  return markup`<line class="admin-plot__grid" x1="${from}" x2="${to}" y1="${at(y)}" y2="${at(y)}"/><text class="admin-plot__tick" x="${from - 6}" y="${at(y)}" dy="0.32em" text-anchor="end">${label}</text>`
}

export function tickBelow(tick: { x: number; y: number; label: string }): Markup {
  return markup`<text class="admin-plot__tick" x="${at(tick.x)}" y="${tick.y}" text-anchor="middle">${tick.label}</text>`
}

/** A place in the drawing; a tenth of its unit is finer than anybody sees. */
export function at(place: number): string {
  return String(Math.round(place * 10) / 10)
}
