import { writeFileSync } from 'node:fs'
import { availableParallelism, loadavg, totalmem } from 'node:os'
import { claims } from './claims.ts'
import { history } from './history.ts'
import { throughput } from './throughput.ts'

/** `npm run bench`: measures in one run, prints and writes `bench/RESULTS.md`. Nothing here is asserted. */
const parts = {
  'A run over HTTP: submit, two turns with one tool call, follow to completion': throughput,
  'One claim': claims,
  'Long sessions': history,
}

const log = (line: string) => process.stderr.write(`bench: ${line}\n`)
const load = loadavg()[0]?.toFixed(1) ?? '?'
const memory = Math.round(totalmem() / 2 ** 30)
const sections: string[] = []
for (const [title, measure] of Object.entries(parts))
  sections.push(`## ${title}\n\n${await measure(log)}`)

const text = `# What it costs

Written by \`npm run bench\`; do not edit. Ratios were taken in one run, sides in turn, medians of the rounds.
Node ${process.version}, ${availableParallelism()} cores, ${memory} GiB, SQLite with durable commits (\`synchronous=FULL\`), events and marks on,
streamed. The machine was shared: load average ${load} before the run; trust the ratios, not the absolute figures.

${sections.join('\n\n')}
`
writeFileSync(new URL('RESULTS.md', import.meta.url), text)
process.stdout.write(text)
