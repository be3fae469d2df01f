import { relative } from 'node:path'
import { Command, Option } from 'commander'
import type { Agentic, WorkOptions } from '../core/api.ts'
import { CliError } from './cli-error.ts'
import { drain } from './drain.ts'
import { findConfig } from './find-config.ts'
import { serveHealth } from './health-server.ts'
import { loadInstance } from './load-instance.ts'
import { names, seconds, wholeNumber } from './options.ts'
import { speaker, type Say } from './say.ts'
import { configOption } from './shared-options.ts'
import { listenForStop, type StopSignals } from './stop-signals.ts'

const port = wholeNumber(0, 65_535)

interface WorkerOptions {
  config?: string
  concurrency?: number
  agents?: string[]
  drainSeconds?: number
  healthPort?: number | 'off'
  healthHost?: string
  json?: boolean
}

/** `agentic worker`: executes runs until it is told to stop. */
export function workerCommand(): Command {
  return new Command('worker')
    .description('Executes runs; as many as wanted, on any host that reaches the database')
    .addOption(configOption())
    .option('--concurrency <n>', 'runs at once', wholeNumber(1, 10_000))
    .option('--agents <keys>', 'runs of these agents only, e.g. support,desk', names)
    .option('--drain-seconds <n>', 'how long calls in flight may take after a signal', seconds)
    .addOption(
      new Option('--health-port <n>', 'serves GET /healthz and /livez (default: off)')
        .env('HEALTH_PORT')
        // An empty variable is how a compose file says that it has none.
        .argParser((text) => (text === '' ? 'off' : port(text))),
    )
    .addOption(
      new Option('--health-host <address>', 'address to serve them on (default: all)').env(
        'HEALTH_HOST',
      ),
    )
    .option('--json', 'print lines of JSON')
    .action(async (options: WorkerOptions) => runWorker(options))
}

async function runWorker(options: WorkerOptions): Promise<void> {
  const signals = listenForStop()
  keepGoingUnheard()
  const say = speaker(options.json === true)
  const path = findConfig(options.config)
  const agentic = await unlessStopped(loadInstance(path), signals)
  if (agentic === null) return
  assertAgents(agentic, options.agents)
  say(`loaded ${relative('', path)}`, { config: path })
  await listen(agentic, options, say)
  // Nothing else keeps a process whose runs all wait.
  setInterval(() => {}, 2 ** 30)
  await work(agentic, options, signals, say)
}

/** Null when a signal came first. */
async function unlessStopped<T>(loading: Promise<T>, signals: StopSignals): Promise<T | null> {
  return Promise.race([loading, signals.first.then(() => null)])
}

async function listen(
  agentic: Agentic,
  { healthPort: port = 'off', healthHost: host }: WorkerOptions,
  say: Say,
): Promise<void> {
  if (port === 'off') return
  const url = await serveHealth({ port, host: host || undefined }, () => agentic.health())
  say(`health on ${url}/healthz`, { health: `${url}/healthz` })
}

async function work(
  agentic: Agentic,
  options: WorkerOptions,
  signals: StopSignals,
  say: Say,
): Promise<void> {
  const working = await unlessStopped(start(agentic, options), signals)
  if (working !== null) {
    const { concurrency } = working
    const agents = working.agents.join(', ')
    const facts = { pid: process.pid, concurrency, agents }
    say(`working, pid ${process.pid}; runs at once: ${concurrency}; agents: ${agents}`, facts)
  }
  const signal = await signals.first
  const { running } = agentic.health()
  const facts = { signal, running }
  say(`${signal}: draining; runs left: ${running}. A second signal ends it now.`, facts)
  // What has not started has no calls in flight.
  await drain(agentic, { signals, say, drainSeconds: working?.drainSeconds ?? 0 })
  say('stopped; nothing is left running here')
}

async function start(
  agentic: Agentic,
  { concurrency, agents, drainSeconds }: WorkerOptions,
): Promise<Required<WorkOptions>> {
  try {
    return await agentic.work({ concurrency, agents, drainSeconds })
  } catch (error) {
    await agentic.close()
    throw error
  }
}

/** Whoever reads the lines may be gone, as `tee` is on Ctrl-C: that is no reason not to drain. */
function keepGoingUnheard(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
}

function assertAgents({ agentKeys }: Agentic, wanted: string[] = []): void {
  const unknown = wanted.find((key) => !agentKeys.includes(key))
  if (unknown === undefined) return
  throw new CliError(
    2,
    `--agents names ${unknown}, which is not registered. Registered are: ${agentKeys.join(', ')}.`,
  )
}
