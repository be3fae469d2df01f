import { Command, InvalidArgumentError, Option } from 'commander'
import type { Agentic } from '../core/api.ts'
import type { CleanupCounts, CleanupPolicy, CleanupReport } from '../core/cleanup.ts'
import { terminalStatuses, type TerminalStatus } from '../core/run.ts'
import { actorOf } from './actor.ts'
import { CliError } from './cli-error.ts'
import { withInstance } from './open-instance.ts'
import { days, names, wholeNumber } from './options.ts'
import { showProgress } from './progress.ts'
import { actorOption, configOption } from './shared-options.ts'
import { listenForStop } from './stop-signals.ts'

interface Options extends Omit<CleanupPolicy, 'sessionsRequireEmpty'> {
  config?: string
  sessionsRequireEmpty?: true
  sessionsAllowNonempty?: true
  dryRun?: boolean
  actor?: string
  json?: boolean
}

/** `agentic cleanup`: deletes what is old. */
export function cleanupCommand(): Command {
  const empty = new Option('--sessions-require-empty', 'only sessions without items and runs go')
  const nonempty = new Option('--sessions-allow-nonempty', 'sessions take items and runs along')
  return new Command('cleanup')
    .description(
      'Deletes what is old, as the setting `cleanup` says; safe to interrupt, to repeat, and to run while others work',
    )
    .addOption(configOption())
    .option('--events-days <n>', "how long a run's events are kept after its end", days)
    .option('--steps-days <n>', "how long a run's steps are kept after its end", days)
    .option('--runs-days <n>', 'how long runs are kept after their end', days)
    .option('--runs-statuses <list>', 'how they must have ended, e.g. completed,failed', statuses)
    .option('--sessions-days <n>', 'how long sessions are kept after their last use', days)
    .addOption(empty.conflicts('sessionsAllowNonempty'))
    .addOption(nonempty)
    .option('--batch-size <n>', 'rows deleted in one transaction', wholeNumber(1, 10_000))
    .option('--dry-run', 'count what would be deleted, and delete nothing')
    .addOption(actorOption())
    .option('--json', 'print {"deleted": {…}, "dryRun": …, "isComplete": …}')
    .action(async (options: Options) => runCleanup(options))
}

async function runCleanup(options: Options): Promise<void> {
  const { config, json = false } = options
  const report = await withInstance(config, async (agentic) => clean(agentic, options))
  console.log(json ? JSON.stringify(report) : describe(report))
  if (!report.isComplete) throw new CliError(1, 'Interrupted. Run it again to go on.')
}

async function clean(agentic: Agentic, options: Options): Promise<CleanupReport> {
  const { dryRun = false, json = false, actor = actorOf() } = options
  const signals = listenForStop()
  const stop = new AbortController()
  void signals.first.then(() => stop.abort())
  const hurried = signals.second.then(() => {
    throw new CliError(1, 'A second signal ended it. What was deleted stays deleted.')
  })
  const progress = showProgress({ isQuiet: json || dryRun })
  try {
    const cleaning = agentic.admin.cleanup(policyOf(options), {
      dryRun,
      actor,
      signal: stop.signal,
      onProgress: ({ stage, done, of }) => progress.at(stage, done, of),
    })
    return await Promise.race([cleaning, hurried])
  } finally {
    progress.end()
  }
}

function policyOf(options: Options): CleanupPolicy {
  const { eventsDays, stepsDays, runsDays, runsStatuses, sessionsDays, batchSize } = options
  const requireEmpty = options.sessionsAllowNonempty === true ? false : options.sessionsRequireEmpty
  return {
    ...(eventsDays !== undefined && { eventsDays }),
    ...(stepsDays !== undefined && { stepsDays }),
    ...(runsDays !== undefined && { runsDays }),
    ...(runsStatuses !== undefined && { runsStatuses }),
    ...(sessionsDays !== undefined && { sessionsDays }),
    ...(requireEmpty !== undefined && { sessionsRequireEmpty: requireEmpty }),
    ...(batchSize !== undefined && { batchSize }),
  }
}

function statuses(text: string): TerminalStatus[] {
  const list = names(text)
  const isTerminal = (name: string): name is TerminalStatus =>
    (terminalStatuses as string[]).includes(name)
  if (list.every(isTerminal)) return list
  throw new InvalidArgumentError(
    `Accepted are ${terminalStatuses.join(', ')}: a run that has not ended is never deleted.`,
  )
}

function describe({ deleted, dryRun }: CleanupReport): string {
  const counts = (Object.keys(deleted) as (keyof CleanupCounts)[]).map(
    (name) => `${deleted[name].toLocaleString('en')} ${name}`,
  )
  return `${dryRun ? 'Would delete' : 'Deleted'} ${counts.join(', ')}.`
}
