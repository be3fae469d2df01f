import { setTimeout as delay } from 'node:timers/promises'
import { AgenticError } from '../core/errors.ts'
import type { AgentLike, ModelProviderLike } from '../core/options.ts'
import type { SessionItem } from '../core/session.ts'
import type { AgentOutcome } from '../journal/run-agent.ts'
import { Journal } from '../journal/journal.ts'
import { readItems } from '../store/items.ts'
import type { Claim } from './claim.ts'
import { costEstimate } from './cost-estimate.ts'
import { recentHistory } from './history.ts'
import { inputItems } from './input-items.ts'
import { announce, type AttemptHere, type Runtime } from './runtime.ts'

/** The SDK is loaded where runs execute and nowhere else, at the first attempt. */
const loadSdkBridge = async () => import('../journal/run-agent.ts')

/** One execution of a run by this process: from the claim to the outcome that `settle` writes. */
export class Attempt implements AttemptHere {
  readonly #runtime: Runtime
  readonly claim: Claim
  readonly journal: Journal
  #leaseEndsAt: number
  readonly #cleanups: (() => unknown)[] = []
  #outcome: Promise<AgentOutcome> | undefined

  constructor(runtime: Runtime, claim: Claim) {
    const { config } = runtime
    this.#runtime = runtime
    this.claim = claim
    this.#leaseEndsAt = claim.askedAt + config.leaseMs
    this.journal = new Journal({
      database: runtime.database,
      runId: claim.run.id,
      owner: claim.run.owner,
      sessionKey: claim.run.sessionKey,
      attempt: claim.attempt,
      steps: claim.steps,
      approvals: claim.approvals,
      leaseEndsAt: () => this.#leaseEndsAt,
      toolOf: config.toolOf,
      toolOutputBytes: config.limits.toolOutputBytes,
      deltas: config.events === 'deltas',
      costOf: costEstimate(config, claim.run),
      trace: claim.trace,
      shape: runtime.shape,
      publish: (events) => announce(runtime, claim.run.owner, events),
      complain: (error) =>
        config.logger.warn({ error, runId: claim.run.id }, 'a run waits for the database'),
    })
  }

  /** The worker's heartbeat went through: the lease counts from before it was asked for, never from the answer. */
  renewLease(askedAt: number): void {
    this.#leaseEndsAt = askedAt + this.#runtime.config.leaseMs
  }

  get isGivenUp(): boolean {
    return this.journal.latch.control?.kind === 'lost'
  }

  get isLeaseOver(): boolean {
    return performance.now() > this.#leaseEndsAt
  }

  requestCancel(): void {
    this.journal.latch.set({ kind: 'cancelled' })
  }

  drain(): void {
    this.journal.latch.set({ kind: 'drain' })
  }

  /** Runs the agent; resolves when it is done, or some time after the latch was set to a hard reason. */
  async execute(modelProvider: () => Promise<ModelProviderLike | null>): Promise<AgentOutcome> {
    this.#outcome = this.#run(modelProvider)
    return Promise.race([this.#outcome, this.#graceOver()])
  }

  /** Undoes what the agent's factory set up, once the agent has really stopped. */
  async cleanUp(): Promise<void> {
    await this.#outcome
    for (const cleanup of this.#cleanups.reverse()) {
      try {
        await cleanup()
      } catch (error) {
        const { id: runId, agentKey: agent } = this.claim.run
        const facts = { error, runId, agent }
        this.#runtime.config.logger.error(facts, 'a cleanup of an agent factory threw')
      }
    }
  }

  async #run(modelProvider: () => Promise<ModelProviderLike | null>): Promise<AgentOutcome> {
    const { config } = this.#runtime
    const { run } = this.claim
    try {
      const agent = await this.#buildAgent()
      const { runAgent } = await loadSdkBridge()
      return await runAgent({
        journal: this.journal,
        agent,
        items: await this.#input(),
        context: await this.#context(),
        maxTurns: run.config.maxTurns ?? config.maxTurns,
        stream: config.events === 'deltas',
        tracing: config.tracing,
        modelProvider: await modelProvider(),
      })
    } catch (error) {
      return { kind: 'threw', error }
    }
  }

  async #buildAgent(): Promise<AgentLike> {
    const { agentKey } = this.claim.run
    const factory = this.#runtime.config.agents[agentKey]
    if (factory === undefined)
      throw new Error(`a run of agent ${agentKey} was claimed without having it`)
    const agent = await factory({ onEnd: (cleanup) => void this.#cleanups.push(cleanup) })
    if (typeof agent?.getAllTools !== 'function') {
      throw new AgenticError(
        'unsupported_agent',
        `The factory of agent \`${agentKey}\` did not return an Agent of @openai/agents.`,
      )
    }
    return agent
  }

  /** The frozen input: history up to the session's position at the first claim, then the run's own input. */
  async #input(): Promise<SessionItem[]> {
    const { sessionId, basePosition, run } = this.claim
    const own = inputItems(run.input)
    if (basePosition === 0) return own
    const { historyLimit } = this.#runtime.config
    // One more than are given shows whether there are any before them.
    const query = { sessionId, upTo: basePosition, limit: historyLimit + 1 }
    const stored = await this.#runtime.database.read(async (executor) => readItems(executor, query))
    const history = stored.map(({ item }) => item)
    return [...recentHistory(history, historyLimit), ...own]
  }

  async #context(): Promise<unknown> {
    const { run } = this.claim
    const { context } = this.#runtime.config
    if (context === undefined) return {}
    return context({
      runId: run.id,
      owner: run.owner,
      sessionKey: run.sessionKey,
      agentKey: run.agentKey,
      context: run.context,
    })
  }

  /** A tool that is deaf to the abort signal does not hold up the end of a cancelled run for ever. */
  async #graceOver(): Promise<AgentOutcome> {
    const { latch } = this.journal
    if (!latch.signal.aborted) {
      await new Promise((resolve) =>
        latch.signal.addEventListener('abort', resolve, { once: true }),
      )
    }
    const isLost = latch.control?.kind === 'lost'
    await delay(isLost ? 0 : this.#runtime.config.cancelGraceMs, undefined, { ref: false })
    return { kind: 'threw', error: latch.signal.reason }
  }
}
