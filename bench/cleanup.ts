import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { CleanupReport } from '../src/index.ts'
import { createAgentic } from '../src/index.ts'
import { withDatabase } from './databases.ts'
import { fillOperated } from './fill-operated.ts'
import { instantPrices } from './instant-model.ts'
import {
  aimCells,
  atMost,
  judge,
  quantile,
  spread,
  table,
  withScratchFile,
  type Findings,
  type Setting,
} from './report.ts'

const script = fileURLToPath(new URL('cleanup-process.ts', import.meta.url))

interface Times {
  submit: number[]
  /** From the submit of a process that executes nothing to the claim of another. */
  claim: number[]
}

/** What submits and claims cost others while old runs are deleted by another process, beside what they cost without. */
export async function cleanupBeside({ log, quick }: Setting): Promise<Findings> {
  const runs = quick ? 2_000 : 1_000_000
  const rows: string[][] = []
  const verdicts = []
  for (const kind of ['sqlite', 'postgres'] as const) {
    const use = async (url: string) => measure(url, { runs, quick, log })
    const found =
      kind === 'sqlite' ? await withScratchFile(use) : await withDatabase('cleanup', use)
    for (const what of ['submit', 'claim'] as const) {
      for (const [name, part] of [
        ['p50', 0.5],
        ['p95', 0.95],
      ] as const) {
        const [without, during] = [found.without, found.during].map((rounds) =>
          rounds.map((times) => quantile(times[what], part)),
        )
        const ratios = (during ?? []).map((value, n) => value / (without?.[n] ?? Number.NaN))
        const verdict = judge(`${kind} ${what} ${name}`, quantile(ratios, 0.5), atMost(2, '×'))
        verdicts.push(verdict)
        rows.push([
          ...[kind, `${what}, ${name}`, spread(without ?? []), spread(during ?? [])],
          ...[spread(ratios), ...aimCells(verdict)],
        ])
      }
    }
    rows.push([kind, 'runs deleted a second', '', found.perSecond.toFixed(0), '', '', ''])
  }
  const head = ['', '', 'without, ms', 'during, ms', 'ratio', 'aim', 'met']
  const text = `${runs.toLocaleString('en')} runs with ten events each, of which all but those of the last day are deleted by a process of its own while one process submits and another claims. Rounds with and without alternate.`
  return { body: `${text}\n\n${table(head, rows)}`, verdicts }
}

async function measure(
  url: string,
  { runs, quick, log }: { runs: number; quick: boolean; log: (line: string) => void },
) {
  await fillOperated(url, { runs, now: Date.now() }, log)
  log(`${url.split(':')[0]}: filled`)
  const found = { without: [] as Times[], during: [] as Times[], perSecond: 0 }
  let deleted = 0
  let seconds = 0
  for (let round = 0; round < (quick ? 1 : 6); round += 1) {
    found.without.push(await load(url, quick ? 10 : 200))
    const child = fork(script, [url])
    const report = Promise.withResolvers<CleanupReport>()
    const ended = once(child, 'exit')
    const begun = Promise.withResolvers<void>()
    child.on('message', (message: CleanupReport | 'deleting') => {
      if (message === 'deleting') begun.resolve()
      else report.resolve(message)
    })
    await Promise.race([begun.promise, ended])
    const since = performance.now()
    found.during.push(await load(url, quick ? 10 : 200))
    child.kill('SIGTERM')
    deleted += (await report.promise).deleted.runs
    seconds += (performance.now() - since) / 1000
    await ended
    log(`${url.split(':')[0]}: round ${round + 1}, ${deleted} deleted`)
  }
  found.perSecond = deleted / seconds
  return found
}

/**
 * One after another, each in a session of its own and at a random moment: the other process looks for work every 50 ms,
 * and a loop without pauses falls into step with it.
 */
async function load(database: string, many: number): Promise<Times> {
  const shared = { agents: { a: instantPrices }, owner: () => null, database }
  const web = createAgentic({ ...shared, concurrency: 0 })
  const worker = createAgentic({ ...shared, concurrency: 4 })
  await Promise.all([web.start(), worker.start()])
  const begun = new Map<string, (moment: number) => void>()
  worker.on('run.started', ({ run }) => begun.get(run.id)?.(performance.now()))
  const times: Times = { submit: [], claim: [] }
  for (let n = 0; n < many; n += 1) {
    await delay(50 * Math.random())
    const before = performance.now()
    const { id } = await web.runs.submit({ owner: 'bench', session: `b${n}`, input: 'Go' })
    const submitted = performance.now()
    const claimed = new Promise<number>((resolve) => begun.set(id, resolve))
    times.submit.push(submitted - before)
    const early = web.runs.wait({ owner: 'bench', id }).then(() => performance.now())
    times.claim.push((await Promise.race([claimed, early])) - submitted)
    await early
  }
  await Promise.all([web.close(), worker.close()])
  return times
}
