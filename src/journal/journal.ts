import { setImmediate as nextTurn } from 'node:timers/promises'
import { uuidv7 } from 'uuidv7'
import { standingDecision, type Approval, type ToolOfAgent } from '../core/approval.ts'
import type { ToolConfig } from '../core/config.ts'
import type { NewEvent, RunEvent } from '../core/event.ts'
import {
  approvalParts,
  momentAfter,
  questionPath,
  type ApprovalValues,
  type AskedApproval,
} from '../store/approvals.ts'
import type { Executor } from '../store/database.ts'
import type { UsageValues } from '../store/fence.ts'
import type { Part } from '../store/guarded.ts'
import { markParts, stepParts, type StepValues } from '../store/steps.ts'
import type { StepTable } from '../store/tables.ts'
import type { AttemptTrace } from '../telemetry/attempt-trace.ts'
import { Latch } from './control.ts'
import { DeltaBuffer } from './deltas.ts'
import { FencedWriter, type WriterOptions } from './fenced-writer.ts'
import { noUsage, type Change, type Held } from './held.ts'
import type { Tokens } from './tokens.ts'

export interface JournalOptions extends WriterOptions {
  owner: string
  sessionKey: string
  steps: StepTable[]
  approvals: AskedApproval[]
  toolOf: (toolName: string) => ToolConfig
  toolOutputBytes: number
  deltas: boolean
  /** What a response costs; null when unknown. Never throws. */
  costOf: (response: Tokens & { model: string; agentName: string }) => number | null
  trace: AttemptTrace
  /** Shapes events before they are stored: drops, bounds and redacts. */
  shape: (events: NewEvent[]) => NewEvent[]
}

/** A question to a person, and what it is about. */
export type Question = Omit<ApprovalValues, 'id' | 'owner' | 'expiresAt'>

export type NewStep = Omit<StepValues, 'runId' | 'attempt' | 'tookMs'> & { tookMs?: number }

const nothing: Change = { steps: 0, events: [], usage: noUsage }

/**
 * What an attempt knows and may add: the recorded steps of its run, and the only way to record more. Every write is
 * fenced by the attempt; one that fails for want of the lease sets the latch, and the attempt stops.
 */
export class Journal {
  readonly #options: JournalOptions
  readonly #steps: Map<string, StepTable>
  /** By the path of their question. */
  readonly #approvals: Map<string, Approval>
  readonly #writer: FencedWriter
  readonly latch = new Latch()
  /** What providers threw in this attempt. */
  readonly modelErrors = new WeakSet<Error>()
  readonly deltas: DeltaBuffer

  constructor(options: JournalOptions) {
    this.#options = options
    this.#writer = new FencedWriter(options, this.latch)
    this.#steps = new Map(options.steps.map((step) => [step.path, step]))
    this.#approvals = new Map(options.approvals.map((one) => [one.questionPath, one]))
    this.deltas = new DeltaBuffer(options.deltas, async (events) => this.emit(events))
  }

  get runId(): string {
    return this.#options.runId
  }
  get owner(): string {
    return this.#options.owner
  }
  get sessionKey(): string {
    return this.#options.sessionKey
  }
  get attempt(): number {
    return this.#options.attempt
  }
  get trace(): AttemptTrace {
    return this.#options.trace
  }
  get toolOutputBytes(): number {
    return this.#options.toolOutputBytes
  }

  toolOf(toolName: string): ToolConfig {
    return this.#options.toolOf(toolName)
  }

  costOf(response: Parameters<JournalOptions['costOf']>[0]): number | null {
    return this.#options.costOf(response)
  }

  /** A finished step. Yields to the event loop: replaying hundreds of turns must not starve the heartbeat. */
  async recorded(path: string): Promise<StepTable | null> {
    const step = this.recordedNow(path)
    if (step !== null) await nextTurn()
    return step
  }

  recordedNow(path: string): StepTable | null {
    const step = this.#steps.get(path)
    if (step?.state !== 'done') return null
    if (step.attempt < this.attempt) this.trace.replayed(path)
    return step
  }

  /** The earlier attempt that began a call which nobody saw end; 0 when there is none. */
  cutOffAttempt(path: string): number {
    const step = this.#steps.get(path)
    return step?.state === 'started' && step.attempt < this.attempt ? step.attempt : 0
  }

  hasStep(path: string): boolean {
    return this.#steps.has(path)
  }

  /** What was asked before the call was made, or about the attempt that was cut off inside it. */
  approval(path: string, interruptedAttempt = 0): Approval | null {
    return this.#approvals.get(questionPath(path, interruptedAttempt)) ?? null
  }

  /** What was decided for all further calls of a tool in this run. */
  standingDecision(tool: ToolOfAgent): Approval | null {
    return standingDecision([...this.#approvals.values()], tool)
  }

  steps(): StepTable[] {
    return [...this.#steps.values()]
  }

  async record(step: NewStep, events: NewEvent[], usage: UsageValues = noUsage): Promise<void> {
    const values = this.#values(step)
    const change = {
      steps: 1,
      events: this.#options.shape(events),
      usage,
    }
    await this.#commit(change, stepParts(values))
    this.#remember(values, 'done')
  }

  /** As `record`, in the transaction of whatever is written next: for a last response, the end of the run. */
  hold(step: NewStep, events: NewEvent[], usage: UsageValues): void {
    const values = this.#values(step)
    const change = { steps: 1, events: this.#options.shape(events), usage }
    this.#writer.held = { values, change }
    this.#remember(values, 'done')
  }

  get held(): Held | null {
    return this.#writer.held
  }
  /** Records what is held before anything new is begun. */
  async flush(): Promise<void> {
    if (this.held !== null) await this.#commit(nothing)
  }
  /** Writes what is held in the caller's transaction; null when the lease is lost. Safe to repeat until `dropHeld`. */
  async writeHeld(executor: Executor): Promise<RunEvent[] | null> {
    return this.#writer.writeHeld(executor, this.held)
  }
  dropHeld(): void {
    this.#writer.held = null
  }

  /** Written before a call is made that may have an effect. */
  async markStarted(step: NewStep): Promise<void> {
    const values = this.#values(step)
    await this.#commit(nothing, markParts(values))
    // A timeout may have become its result meanwhile.
    if (this.recordedNow(values.path) === null) this.#remember(values, 'started')
  }

  async requestApproval(
    question: Question,
    events: (id: string, expiresAt: number | null) => NewEvent[],
  ): Promise<void> {
    const id = uuidv7()
    const { owner } = this
    const { approvalMs: ms } = this.toolOf(question.toolName)
    const expiresAt =
      ms === null ? null : await this.#writer.ask(async (executor) => momentAfter(executor, { ms }))
    const shaped = this.#options.shape(events(id, expiresAt))
    const change = { steps: 1, events: shaped, usage: noUsage }
    await this.#commit(change, approvalParts({ id, owner, expiresAt, ...question }))
  }

  async emit(events: NewEvent[]): Promise<void> {
    const shaped = this.#options.shape(events)
    if (shaped.length === 0) return
    await this.#commit({ steps: 0, events: shaped, usage: noUsage })
  }

  /** After a stall longer than the lease somebody else may have the run: asks before anything new is begun. */
  async assertLeased(): Promise<void> {
    if (performance.now() > this.#options.leaseEndsAt()) await this.#commit(nothing)
  }

  async #commit(change: Change, parts: Part[] = []): Promise<void> {
    await this.#writer.commit(change, parts)
  }

  #values(step: NewStep): StepValues {
    return { tookMs: 0, ...step, runId: this.runId, attempt: this.attempt }
  }

  #remember(values: StepValues, state: StepTable['state']): void {
    this.#steps.set(values.path, toRow(values, state))
  }
}

/** A step as it will be read from the table. */
function toRow(values: StepValues, state: StepTable['state']): StepTable {
  return {
    run_id: values.runId,
    path: values.path,
    kind: values.kind,
    state,
    attempt: values.attempt,
    agent_name: values.agentName,
    name: values.name,
    call_id: values.callId,
    arguments: values.arguments,
    effective_arguments: values.effectiveArguments,
    result: values.result,
    given: values.given,
    input_tokens: values.inputTokens,
    output_tokens: values.outputTokens,
    cached_tokens: values.cachedTokens,
    reasoning_tokens: values.reasoningTokens,
    total_tokens: values.totalTokens,
    cost: values.cost,
    started_at: 0,
    finished_at: null,
  }
}
