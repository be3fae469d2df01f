import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { compiledPath } from './compiled.ts'
import type { Heard, ReaderCommand } from './reader-process.ts'

/** A stream that never ends ends the benchmark. */
const patienceMs = 120_000

/** Many readers of event streams, in a process of their own. */
export class ReaderGroup {
  readonly #child: ChildProcess

  constructor() {
    this.#child = fork(compiledPath('reader-process.ts'))
  }

  /** Resolves when the answer to each has begun. */
  async open(port: number, streams: { path: string; user: string }[]): Promise<void> {
    await this.#ask({ kind: 'open', port, streams })
  }

  /** Resolves when the server has ended all streams. */
  async ended(): Promise<Heard> {
    return (await this.#ask({ kind: 'ended' })) as Heard
  }

  /** Leaves all streams, and waits until each is gone. */
  async close(): Promise<void> {
    await this.#ask({ kind: 'close' })
    await this.ended()
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, 'exit')
    this.#child.disconnect()
    await exited
  }

  async #ask(command: ReaderCommand): Promise<object> {
    this.#child.send(command)
    const signal = AbortSignal.timeout(patienceMs)
    const [reply] = (await once(this.#child, 'message', { signal })) as [{ error?: string }]
    if (reply.error !== undefined) throw new Error(`readers: ${reply.error}`)
    return reply
  }
}
