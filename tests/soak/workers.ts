import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { spawnScript } from '../crash/support/spawn.ts'

const script = fileURLToPath(new URL('./worker-process.ts', import.meta.url))

/** Worker processes on one database. The next ones are loaded already, so that a killed one is replaced at once. */
export class Workers {
  readonly #args: string[]
  readonly #standby: Promise<ChildProcess>[]
  readonly #active: ChildProcess[] = []
  readonly #all = new Set<ChildProcess>()
  #isDestroyed = false
  errors = ''

  constructor(database: string, effects: string) {
    this.#args = [database, effects]
    this.#standby = [this.#loading(), this.#loading()]
  }

  get count(): number {
    return this.#active.length
  }

  /** One more begins to work. */
  async add(): Promise<void> {
    const next = this.#standby.shift()
    this.#standby.push(this.#loading())
    const child = await next!
    child.stdin?.write('go\n')
    this.#active.push(child)
  }

  async killAndReplace(index: number): Promise<void> {
    const [child] = this.#active.splice(index, 1)
    child?.kill('SIGKILL')
    await this.add()
  }

  /** Those at work drain; those that wait are not needed any more. */
  async end(): Promise<void> {
    for (const loading of this.#standby) (await loading).kill('SIGKILL')
    const ends = this.#active.map(async (child) => {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    })
    await Promise.all(ends)
  }

  /** Whatever they are doing; none is started any more. */
  destroy(): void {
    this.#isDestroyed = true
    for (const child of this.#all) child.kill('SIGKILL')
  }

  #loading(): Promise<ChildProcess> {
    const loading = this.#load()
    loading.catch(() => {}) // whoever takes it is told
    return loading
  }

  async #load(): Promise<ChildProcess> {
    if (this.#isDestroyed) throw new Error('there are to be no workers any more')
    const child = spawnScript(script, this.#args)
    this.#all.add(child)
    child.once('exit', () => this.#all.delete(child))
    child.stderr?.on('data', (chunk: Buffer) => (this.errors += chunk.toString()))
    await Promise.race([once(child.stdout!, 'data'), once(child, 'exit')])
    const hasEnded = child.exitCode !== null || child.signalCode !== null
    if (hasEnded) throw new Error(`a worker did not start: ${this.errors}`)
    return child
  }
}
