import { availableParallelism, loadavg, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { postgresAdmin, sqliteAdmin } from './admin.ts'
import { claims } from './claims.ts'
import { cleanupBeside } from './cleanup.ts'
import { compile } from './compiled.ts'
import { describeServer } from './databases.ts'
import { history } from './history.ts'
import { lists } from './lists.ts'
import { postgres } from './postgres.ts'
import { postgresClaims } from './postgres-claims.ts'
import { readers } from './readers.ts'
import type { Findings, Setting } from './report.ts'
import { sectionOf, writeResults } from './results.ts'
import { haveServices } from './services.ts'
import { streams } from './streams.ts'
import { throughput } from './throughput.ts'
import { web } from './web.ts'

/**
 * `npm run bench`: measures, prints and writes `bench/RESULTS.md`. `npm run bench -- claims lists` measures these parts
 * only; `--quick` shows with tiny counts that a part works and writes nothing. Nothing here is asserted.
 */
interface Part {
  part: string
  title: string
  on: 'sqlite' | 'postgres'
  measure: (setting: Setting) => Promise<Findings>
}

const parts: Part[] = [
  {
    part: 'throughput',
    title: 'SQLite: a run over HTTP, two turns with one tool call',
    on: 'sqlite',
    measure: throughput,
  },
  { part: 'web', title: 'SQLite: status polls, 304s and bridges', on: 'sqlite', measure: web },
  { part: 'history', title: 'SQLite: long sessions', on: 'sqlite', measure: history },
  {
    part: 'admin',
    title: 'SQLite: what people in charge ask',
    on: 'sqlite',
    measure: sqliteAdmin,
  },
  {
    part: 'admin',
    title: 'Postgres: what people in charge ask',
    on: 'postgres',
    measure: postgresAdmin,
  },
  { part: 'claims', title: 'SQLite: one claim', on: 'sqlite', measure: claims },
  { part: 'claims', title: 'Postgres: one claim', on: 'postgres', measure: postgresClaims },
  {
    part: 'postgres',
    title: 'Postgres: a run over HTTP, two turns with one tool call',
    on: 'postgres',
    measure: postgres,
  },
  {
    part: 'cleanup',
    title: 'SQLite and Postgres: submits and claims while a million runs are deleted',
    on: 'postgres',
    measure: cleanupBeside,
  },
  { part: 'lists', title: 'Postgres: lists', on: 'postgres', measure: lists },
  {
    part: 'readers',
    title: 'Postgres: thousands of readers on one web process',
    on: 'postgres',
    measure: readers,
  },
  {
    part: 'streams',
    title: 'Postgres: live text from a worker to readers of a web process',
    on: 'postgres',
    measure: streams,
  },
]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false } },
})
const names = [...new Set(parts.map(({ part }) => part))]
const unknown = positionals.find((name) => !names.includes(name))
if (unknown !== undefined) {
  throw new Error(`There is no part \`${unknown}\`; there are ${names.join(', ')}.`)
}

const log = (line: string) => process.stderr.write(`bench: ${line}\n`)
const measured = new Map<string, string>()
const wanted = parts.filter(({ part }) => positionals.length === 0 || positionals.includes(part))
const hasServices = wanted.some(({ on }) => on === 'postgres') && (await haveServices())
const started = performance.now()
compile()
for (const { title, on, measure } of wanted) {
  log(title)
  if (on === 'postgres' && !hasServices) {
    log('left out: there is no Postgres, or no Redis')
    continue
  }
  const where = await circumstances(on)
  const section = sectionOf(where, await measure({ log, quick: values.quick }))
  measured.set(title, section)
  process.stdout.write(`## ${title}\n\n${section}\n`)
  // After each part, so that what was measured is kept when a later one fails.
  if (!values.quick)
    writeResults(
      measured,
      parts.map((one) => one.title),
    )
}
log(`${Math.round((performance.now() - started) / 1000)} s`)

async function circumstances(on: Part['on']): Promise<string> {
  const date = new Date().toISOString().slice(0, 10)
  const memory = Math.round(totalmem() / 2 ** 30)
  const load = loadavg()[0]?.toFixed(1)
  const database =
    on === 'sqlite'
      ? 'SQLite (WAL, `synchronous=FULL`)'
      : `${await describeServer()} on the same machine`
  return `${date}. Node ${process.version}, ${availableParallelism()} cores, ${memory} GiB, ${database}; load average ${load} before.`
}
