import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { ChildProcess } from 'node:child_process'
import { onTestFinished } from 'vitest'
import { spawnScript } from '../../crash/support/spawn.ts'
import { until } from '../../support/sql.ts'
import type { WorkerPlan } from './worker-process.ts'

const script = new URL('worker-process.ts', import.meta.url).pathname

/** A worker in a process of its own, which is killed when the test ends. */
export class WorkerProcess {
  /** What its model was asked, in order. */
  readonly asked: string[] = []
  readonly #process: ChildProcess
  readonly #exited: Promise<unknown>
  #isReady = false

  private constructor(plan: WorkerPlan) {
    this.#process = spawnScript(script, [JSON.stringify(plan)])
    this.#exited = once(this.#process, 'exit')
    this.#process.stderr?.pipe(process.stderr)
    if (this.#process.stdout === null) return
    createInterface(this.#process.stdout).on('line', (line) => {
      if (line === 'ready') this.#isReady = true
      if (line.startsWith('asked ')) this.asked.push(line.slice('asked '.length))
    })
  }

  static async start(plan: WorkerPlan): Promise<WorkerProcess> {
    const worker = new WorkerProcess(plan)
    onTestFinished(async () => worker.kill())
    // The first of several makes the schema, on a server that others keep busy.
    await until(() => worker.#isReady || worker.#process.exitCode !== null)
    if (!worker.#isReady) throw new Error('a worker process ended before it was ready')
    return worker
  }

  async reached(text: string): Promise<void> {
    await until(() => this.asked.includes(text))
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL')
    await this.#exited
  }

  /** Drains; resolves when it has ended by itself. */
  async end(): Promise<void> {
    this.#process.kill('SIGTERM')
    await this.#exited
  }
}
