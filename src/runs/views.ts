import type { RunEvent } from '../core/event.ts'
import { toApprovalView } from '../core/approval-view.ts'
import type { ConversationView, RunView } from '../core/options.ts'
import { isFinished, type Run, type RunState } from '../core/run.ts'
import { notFound } from '../events/follow.ts'
import { listApprovals } from '../store/approvals.ts'
import type { Executor } from '../store/database.ts'
import { lastChange, readShownEvents } from '../store/events.ts'
import { findRun, findRunState, listRuns, unfinishedRuns } from '../store/find-runs.ts'
import { readItems } from '../store/items.ts'
import { findSession } from '../store/sessions.ts'
import type { Runtime } from './runtime.ts'
import { WrittenText } from './written-text.ts'

type Query = { owner: string; id: string }

/** What the run fragment shows. Where it can be followed is for the doors to say. */
export async function runView(
  runtime: Runtime,
  { owner, id }: Query,
): Promise<Omit<RunView, 'liveUrl'>> {
  return runtime.database.read(async (executor) => {
    // What says which version it is comes first, so that a page never claims to show more than it does.
    const { run, version } = await readVersion(runtime, executor, { owner, id })
    const events = await readShownEvents(executor, { owner, runId: id })
    const lastSequence = Math.max(run.lastSequence, events.at(-1)?.sequence ?? 0)
    return {
      run: { ...run, lastSequence },
      basePath: runtime.config.basePath,
      partialText: isFinished(run) ? '' : partialText(events),
      tools: toolCalls(events),
      approvals: await waitingApprovals(executor, owner, [run]),
      version,
    }
  })
}

/** Where a run stands. */
export async function runState(runtime: Runtime, query: Query): Promise<RunState> {
  const state = await runtime.database.read((executor) => findRunState(executor, query))
  if (state === null) throw notFound(query.id)
  return state
}

/** Which version of the run fragment is the present one: much cheaper than the fragment, for a page that polls. */
export async function runVersion(
  runtime: Runtime,
  query: Query,
): Promise<Pick<RunView, 'run' | 'version'>> {
  return runtime.database.read(async (executor) => readVersion(runtime, executor, query))
}

async function readVersion({ config }: Runtime, executor: Executor, { owner, id }: Query) {
  const run = await findRun(executor, { owner, id })
  if (run === null) throw notFound(id)
  const changed = await lastChange(executor, { owner, runId: id })
  const blocked = run.status === 'pending' && run.blockedBy !== null
  const cancelling = run.cancelRequestedAt !== null
  const facts = [changed, run.attempt, run.status, Number(blocked), Number(cancelling)]
  // Otherwise an event says so.
  const asked = config.events === 'off' ? await waitingApprovals(executor, owner, [run]) : []
  const ofAsked = asked.length === 0 ? [] : [asked.length, asked.at(-1)?.id]
  return { run, version: [...facts, ...ofAsked].join('.') }
}

function partialText(events: RunEvent[]): string {
  const written = new WrittenText()
  for (const event of events) {
    if (event.type === 'message_output_created') written.takeWhole(event)
    if (event.type === 'text_delta') written.takeDelta(event)
  }
  return written.text
}

function toolCalls(events: RunEvent[]): RunView['tools'] {
  const calls = new Map<string, RunView['tools'][number]>()
  for (const { type, payload } of events) {
    const path = String(payload['path'])
    if (type === 'tool_called') {
      const { tool_name, arguments: given } = payload
      calls.set(path, {
        name: String(tool_name ?? 'tool'),
        arguments: String(given ?? ''),
        output: null,
      })
    }
    const call = calls.get(path)
    if (type === 'tool_output' && call !== undefined) call.output = String(payload['output'] ?? '')
  }
  return [...calls.values()]
}

/** How many of a session's newest items the conversation fragment shows. */
const shownItems = 200

/** What the conversation fragment shows; empty for a session that does not exist yet. */
export async function conversationView(
  runtime: Runtime,
  query: { owner: string; key: string },
): Promise<ConversationView> {
  const { owner, key } = query
  const { basePath } = runtime.config
  return runtime.database.read(async (executor) => {
    const found = await findSession(executor, { owner, key })
    const empty = {
      sessionKey: key,
      basePath,
      items: [],
      pendingInputs: [],
      approvals: [],
      failure: null,
    }
    if (found === null) return empty
    const sessionId = found.session.id
    const stored = await readItems(executor, {
      sessionId,
      upTo: found.lastPosition,
      limit: shownItems,
    })
    const runs = await unfinishedRuns(executor, { sessionId })
    return {
      ...empty,
      items: stored.map(({ item }) => item),
      pendingInputs: runs.map((run) => ({ runId: run.id, input: run.input })),
      approvals: await waitingApprovals(executor, owner, runs),
      failure: runs.length > 0 ? null : await newestFailure(executor, { owner, sessionId }),
    }
  })
}

async function newestFailure(
  executor: Executor,
  query: { owner: string; sessionId: string },
): Promise<ConversationView['failure']> {
  const [newest] = await listRuns(executor, { ...query, status: null, before: '~', limit: 1 })
  if (newest?.status !== 'failed') return null
  return { runId: newest.id, input: newest.input, error: newest.error }
}

/** Those of one run at most, as the others wait for it. */
async function waitingApprovals(
  executor: Executor,
  owner: string,
  runs: Run[],
): Promise<RunView['approvals']> {
  const asking = runs.find(({ status }) => status === 'awaiting_approval' || status === 'running')
  if (asking === undefined) return []
  const query = { owner, runId: asking.id, status: 'pending', after: '', limit: 1000 } as const
  return (await listApprovals(executor, query)).map(toApprovalView)
}
