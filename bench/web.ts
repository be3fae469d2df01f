import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import autocannon from 'autocannon'
import { compiledPath } from './compiled.ts'
import {
  aimCells,
  atLeast,
  judge,
  median,
  spread,
  table,
  withScratchFile,
  type Findings,
  type Setting,
  type Verdict,
} from './report.ts'

const frameworks = ['express', 'fastify', 'hono'] as const
const connections = 20

interface Case {
  name: string
  path: string
  etag?: string
}

/** Status polls, 304s and the bridge of each framework, against what the framework does by itself. */
export async function web(setting: Setting): Promise<Findings> {
  const rows: string[][] = []
  const verdicts: Verdict[] = []
  for (const framework of frameworks) {
    setting.log(framework)
    const perSecond = await withScratchFile(async (database) =>
      measure(framework, database, setting),
    )
    const ratio = (ours: string, theirs: string): number[] =>
      (perSecond.get(ours) ?? []).map(
        (value, round) => value / (perSecond.get(theirs)?.[round] ?? 0),
      )
    for (const [name, ours, theirs, least] of [
      ['status poll against a bare route', 'poll', 'bare', 2 / 3],
      ['304 against a bare route', '304', 'bare', 0.9],
      ['our stylesheet against its own handler', 'file', 'bytes', 0.9],
    ] as const) {
      const ratios = ratio(ours, theirs)
      const verdict = judge(
        `${framework}, ${name}`,
        median(ratios),
        atLeast(Number(least.toFixed(2))),
      )
      verdicts.push(verdict)
      const rates = [ours, theirs].map((each) => median(perSecond.get(each) ?? []).toFixed(0))
      rows.push([framework, name, ...rates, spread(ratios), ...aimCells(verdict)])
    }
  }
  const head = [
    'framework',
    `${connections} connections`,
    'ours/s',
    'theirs/s',
    'ratio',
    'aim',
    'met',
  ]
  return { body: table(head, rows), verdicts }
}

async function measure(
  framework: string,
  database: string,
  { quick }: Setting,
): Promise<Map<string, number[]>> {
  const server = fork(compiledPath('web-server.ts'), [JSON.stringify({ framework, database })], {
    env: { ...process.env, NODE_ENV: 'production' },
  })
  try {
    const { port, id, file } = await message<{ port: number; id: string; file: string }>(server)
    const url = `http://127.0.0.1:${port}`
    const poll = `${url}/agents/runs/${id}/`
    const etag = (await fetch(poll, { headers: { 'x-user': 'ada' } })).headers.get('etag') ?? ''
    const cases: Case[] = [
      { name: 'poll', path: poll },
      { name: '304', path: poll, etag },
      { name: 'bare', path: `${url}/bare/${id}` },
      { name: 'file', path: `${url}${file}` },
      { name: 'bytes', path: `${url}/bytes` },
    ]
    const rates = new Map<string, number[]>(cases.map(({ name }) => [name, []]))
    // The first round warms up.
    for (let round = 0; round <= (quick ? 1 : 8); round += 1) {
      for (const each of cases) {
        const rate = await perSecond(each, 1)
        if (round > 0) rates.get(each.name)?.push(rate)
      }
    }
    return rates
  } finally {
    server.disconnect()
  }
}

async function perSecond({ name, path, etag }: Case, duration: number): Promise<number> {
  const result = await autocannon({
    url: path,
    connections,
    duration,
    headers: { 'x-user': 'ada', ...(etag === undefined ? {} : { 'if-none-match': etag }) },
  })
  const expected = name === '304' ? result['3xx'] : result['2xx']
  const answered = result.requests.total
  if (expected < answered || result.errors > 0) {
    throw new Error(`${name}: ${answered - expected} of ${answered} answers were not as expected`)
  }
  return answered / result.duration
}

async function message<T>(child: ChildProcess): Promise<T> {
  const [first] = (await once(child, 'message')) as [T]
  return first
}
