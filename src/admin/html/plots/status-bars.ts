import { scaleLinear, scaleUtc } from 'd3-scale'
import { stack, type Series } from 'd3-shape'
import type { Overview } from '../../../core/admin.ts'
import type { RunStatus } from '../../../core/run.ts'
import { markup, type Markup } from '../../../html/markup.ts'
import { statusWords } from '../../../html/status-words.ts'
import { toField } from '../../fields.ts'
import type { Links } from '../../links.ts'
import { clock, count } from '../../words.ts'
import { table } from '../table.ts'
import { at, figure, gridLine, tickBelow } from './figure.ts'

type Slice = Overview['slices'][number]

/** From the bottom up. */
const order: RunStatus[] = [
  ...(['completed', 'cancelled', 'failed'] as const),
  ...(['awaiting_approval', 'running', 'pending'] as const),
]

const width = 480
const height = 260
const area = { left: 52, right: width - 16, top: 24, bottom: height - 44 }

/** Runs created over time, by the status they have now. */
export function statusBars(overview: Overview, links: Links): Markup {
  const { slices, since, until } = overview
  const highest = Math.max(1, ...slices.map(totalOf))
  const x = scaleUtc().domain([since, until]).range([area.left, area.right])
  const y = scaleLinear().domain([0, highest]).nice(4).range([area.bottom, area.top])
  const layers = stack<Slice, RunStatus>()
    .keys(order)
    .value(({ counts }, status) => counts[status])(slices)
  const lines = y
    .ticks(4)
    .filter(Number.isInteger)
    .map((value) => gridLine({ y: y(value), from: area.left, to: area.right, label: count(value) }))
  const isShort = until - since <= 2 * day
  const ticks = x
    .ticks(5)
    .filter((date) => x(date) < area.right - 12)
    .map((date) => tickBelow({ x: x(date), y: area.bottom + 18, label: tickText(date, isShort) }))
  const drawing = markup`${hatches}<text class="admin-plot__axis" x="${area.left - 6}" y="12" text-anchor="end">Runs</text>${lines}${layers.map((layer) => bars(layer, x, y, until))}${ticks}<text class="admin-plot__axis" x="${(area.left + area.right) / 2}" y="${height - 6}" text-anchor="middle">Created (UTC)</text>`
  const all = slices.reduce((sum, slice) => sum + totalOf(slice), 0)
  return figure({
    id: 'by-status',
    title: 'Runs by status',
    about: `Stacked bars of ${count(all)} runs by when they were created, from ${clock(since)} to ${clock(until)}, each by its status now.`,
    ...{ width, height, drawing },
    legend: legend(overview, links),
    figures: figures(slices),
  })
}

const day = 86_400_000

/** Stripes, so that what failed and what was cancelled differ by more than their colour. */
const hatches = markup`<defs><pattern id="hatch-failed" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="admin-plot__failed" width="6" height="6"/><rect class="admin-plot__stripe" width="2" height="6"/></pattern><pattern id="hatch-cancelled" width="4" height="4" patternUnits="userSpaceOnUse"><rect class="admin-plot__cancelled" width="4" height="4"/><rect class="admin-plot__stripe" width="4" height="1.5"/></pattern></defs>`

type Scale = (value: number) => number

function bars(layer: Series<Slice, RunStatus>, x: Scale, y: Scale, until: number): Markup {
  const status = layer.key
  const slices = layer.map(({ data }) => data)
  const rects = layer.map(([from, to], index) => {
    const slice = slices[index]
    if (slice === undefined || to === from) return null
    const left = x(slice.at)
    const wide = Math.max(1, x(slices[index + 1]?.at ?? until) - left - 1)
    const words = `${clock(slice.at).slice(0, 16)}: ${count(to - from)} ${statusWords[status].toLowerCase()}`
    return markup`<rect x="${at(left)}" y="${at(y(to))}" width="${at(wide)}" height="${at(Math.max(0.5, y(from) - y(to)))}"${fill(status)}><title>${words}</title></rect>`
  })
  return markup`<g>${rects.filter((each) => each !== null)}</g>`
}

function fill(status: RunStatus): Markup {
  const isHatched = status === 'failed' || status === 'cancelled'
  return isHatched ? markup` fill="url(#hatch-${status})"` : markup` class="admin-plot__${status}"`
}

/** The names of the colours with their sums, which lead to these runs. */
function legend({ slices, since, until }: Overview, links: Links): Markup {
  const asked = { from: toField(since), to: toField(until + 60_000) }
  return markup`<ul class="admin-legend">${order.map((status) => {
    const sum = slices.reduce((total, { counts }) => total + counts[status], 0)
    return markup`<li><svg class="admin-swatch" viewBox="0 0 12 12" aria-hidden="true" focusable="false"><rect width="12" height="12"${fill(status)}/></svg> <a href="${links.runs({ status, ...asked })}">${statusWords[status]}</a> ${count(sum)}</li>`
  })}</ul>
`
}

function figures(slices: Slice[]): Markup {
  return table(
    'Runs by status over time',
    [
      { label: 'Created from', cell: (slice: Slice) => clock(slice.at).slice(0, 16) },
      ...order.map((status) => ({
        label: statusWords[status],
        is: 'number' as const,
        cell: ({ counts }: Slice) => count(counts[status]),
      })),
    ],
    slices,
  )
}

function totalOf({ counts }: Slice): number {
  return order.reduce((sum, status) => sum + counts[status], 0)
}

/** Of a window of hours the time of day, and the day at midnight; of one of weeks the day. */
function tickText(date: Date, isShort: boolean): string {
  const [, rest = ''] = date.toISOString().split('T')
  const time = rest.slice(0, 5)
  return isShort && time !== '00:00' ? time : dayText.format(date)
}

const dayText = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'UTC',
  day: 'numeric',
  month: 'short',
})
