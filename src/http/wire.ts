import { z } from 'zod'
import type { Approval } from '../core/approval.ts'
import { itemEventTypes, runEventTypes, type RunEvent } from '../core/event.ts'
import { isFinished, runStatuses, type Run } from '../core/run.ts'
import type { Session } from '../core/session.ts'
import { components, documentedAs } from './documented.ts'

/** What our things look like in JSON: snake_case, moments as ISO 8601. */

const moment = documentedAs(z.iso.datetime(), { type: 'string', format: 'date-time' })
const count = documentedAs(z.int(), { type: 'integer', minimum: 0 })
const id = z.string()
const values = z.record(z.string(), z.unknown())

/** An object that is a component of `openapi.json`. */
export function component<Shape extends z.core.$ZodShape>(name: string, shape: Shape) {
  return z.object(shape).register(components, { id: name })
}

export const runSchema = component('Run', {
  run_id: id,
  session_key: z.string(),
  agent_key: z.string(),
  status: z.enum(runStatuses),
  final_output: z.unknown(),
  error: z.string().nullable(),
  error_code: z.string().nullable(),
  attempt: count,
  usage: component('Usage', {
    requests: count,
    input_tokens: count,
    output_tokens: count,
    total_tokens: count,
  }),
  last_sequence: count,
  blocked_by: id.nullable(),
  cancel_requested: z.boolean(),
  retry_of: id.nullable(),
  created_at: moment,
  started_at: moment.nullable(),
  finished_at: moment.nullable(),
})

const eventShape = {
  sequence: count,
  event_type: z.enum([...runEventTypes, ...itemEventTypes]),
  payload: values,
  created_at: moment,
}
export const eventSchema = component('Event', eventShape)
export const sessionEventSchema = component('SessionEvent', { run_id: id, ...eventShape })

/** In a stream, instead of the events that are kept no more. */
export const resetSchema = component('Reset', { first_available: count, run: runSchema })
export const sessionResetSchema = component('SessionReset', {
  session_key: z.string(),
  run_id: id,
  first_available: count,
})

export const approvalSchema = component('Approval', {
  approval_id: id,
  run_id: id,
  path: z.string(),
  tool_name: z.string(),
  agent_name: z.string(),
  arguments: z.unknown(),
  status: z.enum(['pending', 'approved', 'rejected']),
  message: z.string().nullable(),
  decided_by: z.string().nullable(),
  created_at: moment,
  decided_at: moment.nullable(),
})

export const sessionSchema = component('Session', {
  session_key: z.string(),
  metadata: values,
  created_at: moment,
  updated_at: moment,
})

/** Of the SDK: a message, a tool call, its result, reasoning … as it is. */
export const itemSchema = z.record(z.string(), z.unknown()).register(components, { id: 'Item' })

export const nextCursor = z.string().nullable()

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
    path: approval.path,
    tool_name: approval.toolName,
    agent_name: approval.agentName,
    arguments: approval.arguments,
    status: approval.status,
    message: approval.message,
    decided_by: approval.decidedBy,
    created_at: iso(approval.createdAt),
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
