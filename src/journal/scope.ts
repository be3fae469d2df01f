import { AsyncLocalStorage } from 'node:async_hooks'
import type { ItemSeen, Seams } from './seams.ts'
import type { Journal } from './journal.ts'
import type { RunTrace } from '../telemetry/run-trace.ts'

/** One call of a tool or handoff in a recorded response, by the call id the model was given. */
export interface Call {
  /** `<model step>/t<index of the call in that response>`: unique within the run. */
  path: string
  callId: string
  name: string
  arguments: string
  /** What the tool's own predicate said about this call in this attempt; null before it was asked. */
  wantsApproval: boolean | null
  /** Whether the SDK's timer went off, so that the model is given a timeout; null where the journal answered. */
  timedOut: (() => boolean) | null
  /** The write of its result. */
  recording: Promise<void> | null
  isTimeoutRecorded: boolean
}

/** Around a whole attempt, before the first `run()`. */
export interface AttemptScope {
  kind: 'attempt'
  seams: Seams
  journal: Journal
  path: string
}

/** Around one `run()` of the SDK. */
export interface RunScope {
  kind: 'run'
  seams: Seams
  journal: Journal
  path: string
  /** The tool call or guardrail that called `run()`; null for the attempt's own. */
  parent: CallScope | null
  /** Number of the next model response; advances on success only. */
  responses: number
  /** Calls of this scope's responses by call id; ids are made unique before they get here. */
  calls: Map<string, Call>
  /** Call ids of the newest response. */
  newest: string[]
  /** How often each child key was used. */
  children: Map<string, number>
  agentName: string
  /** The model that the agent, or its runner, asks for by name; null when it names none. */
  askedModel: string | null
  /** The runner's own, for agents that have none. */
  runnerModel: unknown
  /** What its calls are traced by. */
  trace: RunTrace
  /** True when a text for an interrupted call could end up as the output without a model reading it. */
  needsDecision: boolean
  /** Then something still follows the last response. */
  hasOutputGuardrails: boolean
  /** Tells the SDK that we ask the person ourselves, where it would not even ask the tool's predicate. */
  takeOverApproval: (call: ItemSeen) => void
}

export interface MadeWith {
  arguments: string
  /** Whether a person changed them. */
  isEdited: boolean
}

/** Inside a tool or guardrail: `run()` calls made here get child scopes under its path. */
export interface CallScope {
  kind: 'call'
  seams: Seams
  journal: Journal
  path: string
  children: Map<string, number>
  run: RunScope
  /** A call that must not be repeated is let finish, the runs inside it included. */
  mustFinish: boolean
  /** What a tool's call is made with; null inside a guardrail. */
  made: MadeWith | null
  /** A run inside it was stopped, so what it ends with is no fact. */
  wasStopped: boolean
}

/** Inside a provider's own code: nothing in here is journalled a second time. */
export interface ProviderScope {
  kind: 'provider'
  seams: Seams
  journal: Journal
  path: string
}

export type Scope = AttemptScope | RunScope | CallScope | ProviderScope

const key = Symbol.for('agentic-node.scope.v1')

/** One storage for all copies of this package in the process: the patch of the SDK is made once and serves them all. */
export const scopes = sharedStorage()

function sharedStorage(): AsyncLocalStorage<Scope> {
  const holder = globalThis as { [key]?: AsyncLocalStorage<Scope> }
  holder[key] ??= new AsyncLocalStorage<Scope>()
  return holder[key]
}

/** What a tool or guardrail runs in. */
export function callScope(
  run: RunScope,
  path: string,
  { mustFinish = false, made = null }: { mustFinish?: boolean; made?: MadeWith | null } = {},
): CallScope {
  const { seams, journal } = run
  return {
    kind: 'call',
    seams,
    journal,
    path,
    children: new Map(),
    run,
    mustFinish,
    made,
    wasStopped: false,
  }
}

/** The enclosing calls, innermost first. */
export function* enclosingCalls(scope: RunScope): Iterable<CallScope> {
  for (let call = scope.parent; call !== null; call = call.run.parent) yield call
}

/** The child's key with a number that tells equal children apart, in the order in which they began. */
export function childPath(
  parent: { path: string; children: Map<string, number> },
  key: string,
): string {
  const count = parent.children.get(key) ?? 0
  parent.children.set(key, count + 1)
  return `${parent.path}/${key}:${count}`
}
