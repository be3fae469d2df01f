import { scaleLog } from 'd3-scale'
import { symbol, symbolCircle, symbolDiamond, symbolSquare } from 'd3-shape'
import type { Overview, Percentiles } from '../../../core/admin.ts'
import { markup, type Markup } from '../../../html/markup.ts'
import { duration } from '../../words.ts'
import { table } from '../table.ts'
import { at, figure } from './figure.ts'

const width = 480
const height = 190
const area = { left: 76, right: width - 40, top: 40, bottom: height - 48 }

/** What a mark stands for, told apart by its shape. */
const marks = [
  { name: 'p50', words: 'half of them at most', shape: symbolCircle },
  { name: 'p90', words: '9 of 10 at most', shape: symbolDiamond },
  { name: 'p99', words: '99 of 100 at most', shape: symbolSquare },
] as const

const possibleTicks = [1, 10, 100, 1_000, 10_000, 60_000, 600_000, 3_600_000, 36_000_000]

/** How long runs waited and took, on a scale on which each step is many times the one before. */
export function percentiles({ waitMs, durationMs }: Overview): Markup | null {
  const rows = [
    { name: 'Waited', values: waitMs },
    { name: 'Took', values: durationMs },
  ].flatMap(({ name, values }) => (values === null ? [] : [{ name, values }]))
  if (rows.length === 0) return null
  const all = rows.flatMap(({ values }) => Object.values(values).map(atLeastOne))
  const x = scaleLog()
    .domain([Math.min(...all) / 2, Math.max(...all) * 2])
    .range([area.left, area.right])
  const [lowest = 0, highest = 0] = x.domain()
  const ticks = possibleTicks.filter((ms) => ms >= lowest && ms <= highest)
  const drawing = markup`${ticks.map((ms) => tick(x(ms), duration(ms)))}${rows.map((each, index) => row(each, x, area.top + index * 62))}<text class="admin-plot__axis" x="${(area.left + area.right) / 2}" y="${height - 6}" text-anchor="middle">Time (logarithmic)</text>`
  return figure({
    id: 'percentiles',
    title: 'How long runs waited and took',
    about: rows.map(({ name, values }) => `${name}: ${inWords(values)}`).join('. '),
    ...{ width, height, drawing },
    legend: legend(),
    figures: table(
      'Percentiles',
      [
        { label: 'Runs', cell: ({ name }) => name },
        ...marks.map(({ name, words }) => ({
          label: `${name} (${words})`,
          is: 'number' as const,
          cell: ({ values }: (typeof rows)[number]) => duration(values[name]),
        })),
      ],
      rows,
    ),
  })
}

const atLeastOne = (ms: number) => Math.max(1, ms)

function tick(x: number, label: string): Markup {
  return markup`<line class="admin-plot__grid" x1="${at(x)}" x2="${at(x)}" y1="${area.top - 22}" y2="${area.bottom}"/><text class="admin-plot__tick" x="${at(x)}" y="${area.bottom + 18}" text-anchor="middle">${label}</text>`
}

function row(
  { name, values }: { name: string; values: Percentiles },
  x: (ms: number) => number,
  y: number,
): Markup {
  const places = marks.map((mark) => ({ ...mark, ms: values[mark.name] }))
  const [first = 0, , last = 0] = places.map(({ ms }) => x(atLeastOne(ms)))
  return markup`<text class="admin-plot__name" x="${area.left - 12}" y="${y}" dy="0.32em" text-anchor="end">${name}</text><line class="admin-plot__range" x1="${at(first)}" x2="${at(last)}" y1="${y}" y2="${y}"/>${places.map(
    (place) =>
      markup`<path class="admin-plot__mark" d="${symbol(place.shape, 110)() ?? ''}" transform="translate(${at(x(atLeastOne(place.ms)))} ${y})"><title>${name}: ${place.name} ${duration(place.ms)}</title></path>`,
  )}${apart(places.map(({ ms }) => ({ x: x(atLeastOne(ms)), label: duration(ms) }))).map(
    (label) =>
      markup`<text class="admin-plot__value" x="${at(label.x)}" y="${y - 14}" text-anchor="middle">${label.label}</text>`,
  )}`
}

/** Labels from left to right, none upon another or said twice, and none beyond the right edge. */
function apart(labels: { x: number; label: string }[]): { x: number; label: string }[] {
  const different = labels.filter(({ label }, index) => label !== labels[index - 1]?.label)
  const spread = different.reduce<typeof labels>((placed, { x, label }) => {
    const before = placed.at(-1)
    return [...placed, { label, x: before === undefined ? x : Math.max(x, before.x + room) }]
  }, [])
  const beyond = Math.max(0, (spread.at(-1)?.x ?? 0) - (width - room / 2))
  return spread.map(({ x, label }) => ({ label, x: x - beyond }))
}

/** As wide as a label may be. */
const room = 72

function legend(): Markup {
  return markup`<ul class="admin-legend">${marks.map(
    ({ name, words, shape }) =>
      markup`<li><svg class="admin-swatch" viewBox="-6 -6 12 12" aria-hidden="true" focusable="false"><path class="admin-plot__mark" d="${symbol(shape, 64)() ?? ''}"/></svg> ${name}: ${words}</li>`,
  )}</ul>
`
}

function inWords(values: Percentiles): string {
  return marks.map(({ name }) => `${name} ${duration(values[name])}`).join(', ')
}
