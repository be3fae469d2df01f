import { scaleBand, scaleLinear } from 'd3-scale'
import type { UsageLine } from '../../../core/admin.ts'
import { markup, type Markup } from '../../../html/markup.ts'
import { beginning, compact, costText, count } from '../../words.ts'
import { table } from '../table.ts'
import { at, figure } from './figure.ts'

const width = 480
const area = { left: 4, right: width - 70, top: 4 }
const lineHeight = 44
const nameHeight = 19

interface UsageView {
  id: string
  title: string
  /** What each line is of. */
  thing: string
  lines: readonly UsageLine[]
}

/** Tokens by agent or owner: those that used the most, and all others together. */
export function usageBars({ id, title, thing, lines }: UsageView): Markup | null {
  if (lines.every(({ usage }) => usage.totalTokens === 0)) return null
  const bottom = area.top + lines.length * lineHeight
  const highest = Math.max(1, ...lines.map(({ usage }) => usage.totalTokens))
  const x = scaleLinear().domain([0, highest]).range([area.left, area.right])
  const y = scaleBand<number>()
    .domain(lines.map((_line, index) => index))
    .range([area.top, bottom])
    .paddingInner(0.2)
  const rows = lines.map((line, index) => bar(line, x, y(index) ?? area.top, y.bandwidth()))
  const most = lines[0]
  return figure({
    id,
    title,
    about: `Bars of tokens by ${thing}; the most by ${most?.name ?? 'the others'}, ${count(most?.usage.totalTokens ?? 0)}.`,
    ...{ width, height: bottom + 30 },
    drawing: markup`${rows}<text class="admin-plot__axis" x="${(area.left + area.right) / 2}" y="${bottom + 22}" text-anchor="middle">Tokens</text>`,
    legend: markup`<ul class="admin-legend"><li><svg class="admin-swatch" viewBox="0 0 12 12" aria-hidden="true" focusable="false"><rect class="admin-plot__in" width="12" height="12"/></svg> in</li><li><svg class="admin-swatch" viewBox="0 0 12 12" aria-hidden="true" focusable="false"><rect class="admin-plot__out" width="12" height="12"/></svg> out</li></ul>
`,
    figures: figures(title, thing, lines),
  })
}

/** A name, and under it the bar. */
function bar(line: UsageLine, x: (tokens: number) => number, y: number, high: number): Markup {
  const { inputTokens, outputTokens, totalTokens } = line.usage
  const name = line.name ?? 'all others'
  const top = y + nameHeight
  const thick = high - nameHeight
  const [start, inEnd, end] = [x(0), x(inputTokens), x(totalTokens)]
  return markup`<g><title>${name}: ${count(inputTokens)} tokens in, ${count(outputTokens)} out</title><text class="admin-plot__name" x="${area.left}" y="${at(y + 14)}">${beginning(name, 50)}</text><rect class="admin-plot__in" x="${at(start)}" y="${at(top)}" width="${at(inEnd - start)}" height="${at(thick)}"/><rect class="admin-plot__out" x="${at(inEnd)}" y="${at(top)}" width="${at(Math.max(0, end - inEnd))}" height="${at(thick)}"/><text class="admin-plot__value" x="${at(end + 6)}" y="${at(top + thick / 2)}" dy="0.35em">${compact(totalTokens)}</text></g>`
}

function figures(title: string, thing: string, lines: readonly UsageLine[]): Markup {
  const numbers: [string, (line: UsageLine) => string][] = [
    ['Runs', ({ runs }) => count(runs)],
    ['Tokens in', ({ usage }) => count(usage.inputTokens)],
    ['Tokens out', ({ usage }) => count(usage.outputTokens)],
    ['Tokens', ({ usage }) => count(usage.totalTokens)],
  ]
  if (lines.some(({ usage }) => usage.cost !== undefined)) {
    numbers.push(['Cost', ({ usage }) => costText(usage.cost)])
  }
  return table(
    title,
    [
      { label: thing, is: 'name', cell: ({ name }: UsageLine) => name ?? 'all others' },
      ...numbers.map(([label, cell]) => ({ label, is: 'number' as const, cell })),
    ],
    lines,
  )
}
