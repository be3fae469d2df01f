import { readFileSync, writeFileSync } from 'node:fs'
import type { Findings, Verdict } from './report.ts'

const file = new URL('RESULTS.md', import.meta.url)

const head = `# What it costs

Written by \`npm run bench\`, one part by \`npm run bench -- <part>\`; do not edit. Each comparison was taken in one run,
its sides in turn round by round, each side in a process of its own: trust the ratios, not the absolute figures. Cells
give the median of the rounds and in brackets the lowest and the highest.
`

/** Puts newly measured sections in the place of older ones; those not measured now stay as they were. */
export function writeResults(measured: Map<string, string>, order: string[]): void {
  const sections = readSections()
  for (const [title, body] of measured) sections.set(title, body)
  const text = order
    .filter((title) => sections.has(title))
    .map((title) => `## ${title}\n\n${sections.get(title)}`)
  writeFileSync(file, `${[head, ...text].join('\n').trimEnd()}\n`)
}

function readSections(): Map<string, string> {
  const sections = readFileSync(file, 'utf8').split(/^## /m).slice(1)
  return new Map(
    sections.map((section) => {
      const end = section.indexOf('\n')
      return [section.slice(0, end), `${section.slice(end).trim()}\n`]
    }),
  )
}

/** A section: when and where it was measured, what was aimed at, and the figures. */
export function sectionOf(circumstances: string, { body, verdicts }: Findings): string {
  return `${circumstances}\n\n${aims(verdicts)}\n\n${body}\n`
}

function aims(verdicts: Verdict[]): string {
  if (verdicts.length === 0) return 'No aim is set for it.'
  const missed = verdicts.filter((verdict) => !verdict.isMet)
  const met = `Aims: ${verdicts.length - missed.length} of ${verdicts.length} met.`
  if (missed.length === 0) return met
  const list = missed.map(({ name, value, aim }) => `* ${name}: ${round(value)}, aim ${aim}`)
  return `${met} Not met:\n\n${list.join('\n')}`
}

const round = (value: number) => (Math.abs(value) < 100 ? value.toFixed(2) : value.toFixed(0))
