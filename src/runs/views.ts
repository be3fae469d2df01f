import type { RunEvent } from '../core/event.ts'
import type { ConversationView, RunView } from '../core/options.ts'
import { isFinished } from '../core/run.ts'
import { notFound } from '../events/follow.ts'
import { listApprovals } from '../store/approvals.ts'
import { readShownEvents } from '../store/events.ts'
import { findRun, unfinishedRuns } from '../store/find-runs.ts'
import { readItems } from '../store/items.ts'
import { findSession } from '../store/sessions.ts'
import type { Runtime } from './runtime.ts'

/** What the run fragment shows. */
export async function runView(
  runtime: Runtime,
  query: { owner: string; id: string },
): Promise<RunView> {
  const { owner, id } = query
  return runtime.database.read(async (executor) => {
    const run = await findRun(executor, { owner, id })
    if (run === null) throw notFound(id)
    const events = await readShownEvents(executor, { owner, runId: id })
    const pending =
      run.status === 'awaiting_approval' || run.status === 'running'
        ? await listApprovals(executor, { owner, runId: id, status: 'pending' })
        : []
    return {
      run,
      basePath: runtime.config.basePath,
      partialText: isFinished(run) ? '' : partialText(events),
      tools: toolCalls(events),
      approvals: pending.map((approval) => ({
        id: approval.id,
        toolName: approval.toolName,
        arguments: JSON.stringify(approval.arguments),
      })),
    }
  })
}

/** The newest message: whole when it is done, else its deltas put together by their offsets. */
function partialText(events: RunEvent[]): string {
  let path: unknown
  let text = ''
  for (const { type, payload } of events) {
    if (type === 'message_output_created') text = wholeText(text, payload)
    if (type !== 'text_delta') continue
    if (payload['path'] !== path) text = ''
    path = payload['path']
    text = text.slice(0, Number(payload['offset'])) + String(payload['text'])
  }
  return text
}

/** A long message is cut in its event; its deltas have told all of it. */
function wholeText(told: string, payload: RunEvent['payload']): string {
  const text = String(payload['text'] ?? '')
  return payload['truncated'] === true && told.length > text.length ? told : text
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
    if (found === null) return { sessionKey: key, basePath, items: [], pendingInputs: [] }
    const sessionId = found.session.id
    const stored = await readItems(executor, {
      sessionId,
      upTo: found.lastPosition,
      limit: shownItems,
    })
    const runs = await unfinishedRuns(executor, { sessionId })
    return {
      sessionKey: key,
      basePath,
      items: stored.map(({ item }) => item),
      pendingInputs: runs.map((run) => ({ runId: run.id, input: run.input })),
    }
  })
}
