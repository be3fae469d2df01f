import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What a part of the benchmark is given. */
export interface Setting {
  log: (line: string) => void
  /** Tiny counts, to see that it works. */
  quick: boolean
}

/** What a part found. */
export interface Findings {
  body: string
  verdicts: Verdict[]
}

export interface Aim {
  text: string
  isMet: (value: number) => boolean
}

/** Whether a figure is where it should be. */
export interface Verdict {
  name: string
  value: number
  aim: string
  isMet: boolean
}

export const atMost = (limit: number, unit = ''): Aim => ({
  text: `≤ ${limit}${unit}`,
  isMet: (value) => value <= limit,
})

export const atLeast = (limit: number, unit = ''): Aim => ({
  text: `≥ ${limit}${unit}`,
  isMet: (value) => value >= limit,
})

export function judge(name: string, value: number, aim: Aim): Verdict {
  return { name, value, aim: aim.text, isMet: aim.isMet(value) }
}

/** The two cells at the end of a row. */
export function aimCells(verdict: Verdict | undefined): [string, string] {
  if (verdict === undefined) return ['', '']
  return [verdict.aim, verdict.isMet ? 'yes' : '**no**']
}

export function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

export function median(values: number[]): number {
  return quantile(values, 0.5)
}

export function quantile(values: number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}

/** Median, and in brackets how far the rounds lie apart. */
export function spread(values: number[], digits = 2): string {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  return `${median(values).toFixed(digits)} (${low.toFixed(digits)} – ${high.toFixed(digits)})`
}

/** An empty database file on the disk that temporary files are on, removed when `use` is over. */
export async function withScratchFile<T>(use: (url: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'agentic-bench-'))
  try {
    return await use(`file:${join(folder, 'bench.db')}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
