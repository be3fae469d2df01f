import { z } from 'zod'
import { approvalKinds, approvalStatuses, type Approval } from '../core/approval.ts'
import { itemEventTypes, runEventTypes, type RunEvent } from '../core/event.ts'
import { isFinished, runStatuses, type Run } from '../core/run.ts'
import type { Session } from '../core/session.ts'
import { component, described, documentedAs } from './documented.ts'

/** What our things look like in JSON: snake_case, moments as ISO 8601. */

const moment = documentedAs(z.iso.datetime(), { type: 'string', format: 'date-time' })
const count = z.int().min(0)
const id = documentedAs(z.string(), { type: 'string', format: 'uuid' })
const values = z.record(z.string(), z.unknown())

export const runSchema = component(
  'Run',
  z.object({
    run_id: id,
    session_key: z.string(),
    agent_key: z.string(),
    status: z.enum(runStatuses),
    final_output: described(
      z.unknown(),
      'Of a completed run: text, or the value of a structured output.',
    ),
    error: described(z.string().nullable(), 'Of a failed run: `Class: message`.'),
    error_code: described(z.string().nullable(), 'Of a failed run: why, for programs.'),
    attempt: described(z.int().min(0), 'How often a worker has taken it up.'),
    usage: component(
      'Usage',
      z.object({
        requests: count,
        input_tokens: count,
        output_tokens: count,
        total_tokens: count,
        cost: described(
          z.number().min(0).optional(),
          'In the unit of the app; missing while it is not known for each request.',
        ),
      }),
    ),
    last_sequence: described(z.int().min(0), 'Of its newest event; 0 when there is none.'),
    blocked_by: described(id.nullable(), 'The run of the same session that has to end first.'),
    cancel_requested: z.boolean(),
    retry_of: described(id.nullable(), 'The run whose input it has.'),
    created_at: moment,
    started_at: moment.nullable(),
    finished_at: moment.nullable(),
  }),
)

const eventShape = {
  sequence: count,
  event_type: z.enum([...runEventTypes, ...itemEventTypes]),
  payload: values,
  created_at: moment,
}
export const eventSchema = component('Event', z.object(eventShape))
export const sessionEventSchema = component('SessionEvent', z.object({ run_id: id, ...eventShape }))

/** In a stream, instead of the events that are kept no more. */
export const resetSchema = component('Reset', z.object({ first_available: count, run: runSchema }))
export const sessionResetSchema = component(
  'SessionReset',
  z.object({
    session_key: z.string(),
    run_id: id,
    first_available: count,
  }),
)

export const approvalSchema = component(
  'Approval',
  z.object({
    approval_id: id,
    run_id: id,
    owner: described(z.string(), 'Of the run: another, where one may decide for others.'),
    path: described(z.string(), 'Of the call within the run.'),
    kind: described(
      z.enum(approvalKinds),
      '`interrupted`: the server stopped in the middle of the call, and nobody knows whether it happened.',
    ),
    tool_name: z.string(),
    agent_name: z.string(),
    arguments: described(z.unknown(), 'What the model asked for.'),
    edited_arguments: described(
      z.unknown(),
      'What the call is made with instead; null where nobody changed anything.',
    ),
    status: described(
      z.enum(approvalStatuses),
      '`undecided`: nobody had decided when its run ended, and nobody can any more.',
    ),
    rest_of_run: described(
      z.boolean(),
      'Whether it holds for later calls of this tool in the run as well.',
    ),
    message: z.string().nullable(),
    result: described(z.unknown(), 'Of an interrupted call that is said to have happened.'),
    decided_by: described(
      z.string().nullable(),
      'Null while it waits, and where nobody did, or not in time.',
    ),
    created_at: moment,
    expires_at: described(moment.nullable(), 'When it is decided by itself; null for never.'),
    decided_at: moment.nullable(),
  }),
)

export const sessionSchema = component(
  'Session',
  z.object({
    session_key: z.string(),
    metadata: values,
    created_at: moment,
    updated_at: moment,
  }),
)

/** Of the SDK: a message, a tool call, its result, reasoning … as it is. */
export const itemSchema = component('Item', z.record(z.string(), z.unknown()))

const nextCursor = described(z.string().nullable(), 'Gives what follows; null at the end.')

export const runPage = component(
  'RunPage',
  z.object({ runs: z.array(runSchema), next_cursor: nextCursor }),
)
export const sessionPage = component(
  'SessionPage',
  z.object({ sessions: z.array(sessionSchema), next_cursor: nextCursor }),
)
export const eventPage = component(
  'EventPage',
  z.object({ run_id: id, events: z.array(eventSchema) }),
)
export const sessionEventPage = component(
  'SessionEventPage',
  z.object({ session_key: z.string(), events: z.array(sessionEventSchema) }),
)
export const approvalList = component(
  'ApprovalList',
  z.object({ run_id: id, approvals: z.array(approvalSchema) }),
)
/** Of the caller, whatever the run. */
export const approvalPage = component(
  'ApprovalPage',
  z.object({ approvals: z.array(approvalSchema), next_cursor: nextCursor }),
)
export const itemPage = component(
  'ItemPage',
  z.object({ session_key: z.string(), items: z.array(itemSchema) }),
)

/** Of a submit. */
export const submittedSchema = component(
  'Submitted',
  z.object({
    run_id: id,
    status: z.enum(runStatuses),
    is_new: described(
      z.literal(false).optional(),
      'There when the idempotency key named a run that there was already.',
    ),
  }),
)

export function runJson(run: Run): z.output<typeof runSchema> {
  const { usage } = run
  return {
    run_id: run.id,
    session_key: run.sessionKey,
    agent_key: run.agentKey,
    status: run.status,
    final_output: run.status === 'completed' ? run.output : null,
    error: run.status === 'failed' ? run.error : null,
    error_code: run.status === 'failed' ? run.errorCode : null,
    attempt: run.attempt,
    usage: {
      requests: usage.requests,
      input_tokens: usage.inputTokens,
      output_tokens: usage.outputTokens,
      total_tokens: usage.totalTokens,
      ...(usage.cost !== undefined && { cost: usage.cost }),
    },
    last_sequence: run.lastSequence,
    blocked_by: run.status === 'pending' ? run.blockedBy : null,
    cancel_requested: run.cancelRequestedAt !== null,
    retry_of: run.retryOf,
    created_at: iso(run.createdAt),
    started_at: isoOrNull(run.startedAt),
    finished_at: isFinished(run) ? iso(run.finishedAt) : null,
  }
}

export function eventJson(event: RunEvent): z.output<typeof eventSchema> {
  return {
    sequence: event.sequence,
    event_type: event.type,
    payload: event.payload,
    created_at: iso(event.createdAt),
  }
}

/** An event among those of a whole session, where sequences alone do not name it. */
export function sessionEventJson(event: RunEvent): z.output<typeof sessionEventSchema> {
  return { run_id: event.runId, ...eventJson(event) }
}

export function approvalJson(approval: Approval): z.output<typeof approvalSchema> {
  return {
    approval_id: approval.id,
    run_id: approval.runId,
    owner: approval.owner,
    path: approval.path,
    kind: approval.kind,
    tool_name: approval.toolName,
    agent_name: approval.agentName,
    arguments: approval.arguments,
    edited_arguments: approval.editedArguments,
    status: approval.status,
    rest_of_run: approval.restOfRun,
    message: approval.message,
    result: approval.result,
    decided_by: approval.decidedBy,
    created_at: iso(approval.createdAt),
    expires_at: isoOrNull(approval.expiresAt),
    decided_at: isoOrNull(approval.decidedAt),
  }
}

export function sessionJson(session: Session): z.output<typeof sessionSchema> {
  return {
    session_key: session.key,
    metadata: session.metadata,
    created_at: iso(session.createdAt),
    updated_at: iso(session.updatedAt),
  }
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

function isoOrNull(milliseconds: number | null): string | null {
  return milliseconds === null ? null : iso(milliseconds)
}
