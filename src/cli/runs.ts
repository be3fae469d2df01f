import { Command, Option } from 'commander'
import type { AdminRun, AdminRunFilter, RunTimeline } from '../core/admin.ts'
import { runStatuses, type Run, type RunStatus } from '../core/run.ts'
import { actorOf } from './actor.ts'
import { withInstance } from './open-instance.ts'
import { moment, wholeNumber } from './options.ts'
import { actorOption, configOption } from './shared-options.ts'
import { table } from './table.ts'

interface ListOptions extends Omit<AdminRunFilter, 'status'> {
  config?: string
  status?: RunStatus
  limit?: number
  cursor?: string
  json?: boolean
}

interface OneOptions {
  config?: string
  actor?: string
  json?: boolean
}

/** `agentic runs …`: anybody's runs, for a terminal. */
export function runsCommand(): Command {
  return new Command('runs')
    .description('Shows runs of any owner, cancels them and retries them')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(actCommand('cancel', 'Cancels a run'))
    .addCommand(actCommand('retry', 'Starts a new run with the input of one that has ended'))
}

function listCommand(): Command {
  return new Command('list')
    .description('Lists runs, the newest first')
    .addOption(configOption())
    .addOption(new Option('--status <status>', 'in this status').choices(runStatuses))
    .option('--agent <key>', 'of this agent')
    .option('--owner <id>', 'of this owner')
    .option('--session <key>', 'of sessions with this key')
    .option('--since <time>', 'created at or after, e.g. 2026-01-31 or 2026-01-31T12:00Z', moment)
    .option('--until <time>', 'created before', moment)
    .option(
      '--text <text>',
      'an id or its beginning, a session key, an owner, or how an error begins',
    )
    .option('--limit <n>', 'how many', wholeNumber(1, 200))
    .option('--cursor <cursor>', 'go on after a page')
    .option('--json', 'print {"data": [runs], "nextCursor": …, "searchedTo": …}')
    .action(async ({ config, json = false, ...query }: ListOptions) => {
      const page = await withInstance(config, async ({ admin }) => admin.runs.list(query))
      if (json) return console.log(JSON.stringify(page))
      console.log(page.data.length === 0 ? 'No runs.' : runsTable(page.data))
      const { nextCursor, searchedTo } = page
      if (searchedTo !== null) console.log(`Looked back to ${at(searchedTo)}.`)
      if (nextCursor !== null) console.log(`More: --cursor ${nextCursor}`)
    })
}

function showCommand(): Command {
  return new Command('show')
    .description('Shows one run with its attempts, steps and approvals')
    .argument('<id>')
    .addOption(configOption())
    .option('--json', 'print all that agentic.admin.runs.get answers')
    .action(async (id: string, { config, json = false }: OneOptions) => {
      const timeline = await withInstance(config, async ({ admin }) => admin.runs.get({ id }))
      console.log(json ? JSON.stringify(timeline) : describe(timeline))
    })
}

function actCommand(verb: 'cancel' | 'retry', description: string): Command {
  return new Command(verb)
    .description(description)
    .argument('<id>')
    .addOption(configOption())
    .addOption(actorOption())
    .option('--json', 'print the run')
    .action(async (id: string, { config, actor = actorOf(), json = false }: OneOptions) => {
      const run = await withInstance(config, async ({ admin }) => admin.runs[verb]({ id, actor }))
      console.log(json ? JSON.stringify(run) : said[verb](run))
    })
}

const said = {
  cancel: ({ id, status, cancelRequestedAt }: Run) =>
    status !== 'cancelled' && cancelRequestedAt !== null
      ? `${id}: its worker is told to stop.`
      : `${id}: ${status}`,
  retry: ({ id, retryOf, status }: Run) => `${id}: ${status}, a retry of ${retryOf}`,
}

function runsTable(runs: AdminRun[]): string {
  const rows = runs.map((run) => {
    return [run.id, run.status, run.agentKey, run.owner, run.sessionKey, at(run.createdAt)]
  })
  return table(['id', 'status', 'agent', 'owner', 'session', 'created'], rows)
}

function describe(timeline: RunTimeline): string {
  const { attempts, steps, approvals } = timeline
  const tables: [head: string[], rows: string[][]][] = [
    [
      ['attempt', 'how', 'started'],
      attempts.map(({ attempt, how, startedAt }) => [String(attempt), how, at(startedAt)]),
    ],
    [
      ['step', 'kind', 'name', 'state'],
      steps.map(({ path, kind, name, state }) => [path, kind, name, state]),
    ],
    [
      ['approval', 'tool', 'status'],
      approvals.map(({ id, toolName, status }) => [id, toolName, status]),
    ],
  ]
  const parts = tables.filter(([, rows]) => rows.length > 0)
  return [table(null, factsOf(timeline)), ...parts.map(([head, rows]) => table(head, rows))].join(
    '\n\n',
  )
}

function factsOf(timeline: RunTimeline): string[][] {
  const { run, worker, leaseExpiresAt, steps, stepsBefore, moreApprovals } = timeline
  return [
    ['run', run.id],
    ['status', run.status],
    ['agent', run.agentKey],
    ['owner', run.owner],
    ['session', run.sessionKey],
    ['created', at(run.createdAt)],
    ...('finishedAt' in run ? [['ended', at(run.finishedAt)]] : []),
    ...(run.status === 'failed' ? [['error', `${run.errorCode}: ${run.error}`]] : []),
    ...(run.retryOf === null ? [] : [['retry of', run.retryOf]]),
    ...(worker === null ? [] : [['worker', worker]]),
    ...(leaseExpiresAt === null ? [] : [['leased until', at(leaseExpiresAt)]]),
    ['tokens', `${run.usage.inputTokens} in, ${run.usage.outputTokens} out`],
    ...(stepsBefore === null
      ? []
      : [['steps', `the newest ${steps.length}; its page in the admin has those before`]]),
    ...(moreApprovals === 0 ? [] : [['approvals', `${moreApprovals} more than are shown`]]),
  ]
}

function at(time: number): string {
  return new Date(time).toISOString()
}
