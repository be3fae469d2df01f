import { randomUUID } from 'node:crypto'
import type { Agentic, AgenticOptions, Queue } from 'agentic-node'
import { instance, temporaryDatabase } from '../../support/instance.ts'

const owner = 'ada'
/** Longer than any test: what happens is the engine's doing. */
const noSweeps = { seconds: 3, sweepSeconds: 86_000 }

/** One that only submits, and one that only executes, as two processes. */
export class Desk {
  readonly web: Agentic
  readonly worker: Agentic

  constructor(queue: () => Queue, options: Partial<AgenticOptions> = {}) {
    const shared = {
      database: temporaryDatabase(),
      lease: noSweeps,
      logger: { info() {}, warn() {}, error() {} },
      ...options,
    }
    this.web = instance({ ...shared, queue: queue(), concurrency: 0 })
    this.worker = instance({ ...shared, queue: queue(), concurrency: 4 })
  }

  /** Each in a session of its own. */
  async submit(input = 'Hi'): Promise<string> {
    return (await this.web.runs.submit({ owner, session: randomUUID(), input })).id
  }

  async end(id: string): Promise<{ status: string; attempt: number }> {
    return this.web.runs.wait({ owner, id })
  }
}
