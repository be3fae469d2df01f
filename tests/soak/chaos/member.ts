import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Journal } from './journal.ts'
import { planVariable, workerConcurrency, type ProcessPlan } from './plan.ts'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
const commands = {
  web: [path('./web-process.ts')],
  worker: [
    path('../../../src/cli/main.ts'),
    'worker',
    ...['--config', path('./agentic.config.ts')],
    ...['--concurrency', String(workerConcurrency)],
  ],
}
const ready = { web: 'listening', worker: 'working, pid' }
/** Drains take two seconds, and their last write may have to wait for a line. */
const endMs = 30_000

/**
 * One process of a round, started again whenever it has ended, as its host would.
 *
 * starting → up → (killed, or told to end) ending → starting … until `retire`
 *             ↘ (SIGSTOP) stopped → (SIGCONT) up
 */
export class Member {
  readonly name: string
  readonly kind: keyof typeof commands
  readonly #plan: ProcessPlan
  readonly #folder: string
  readonly #journal: Journal
  #child: ChildProcess | undefined
  #state: 'starting' | 'up' | 'stopped' | 'ending' = 'starting'
  #isRetired = false
  #life: Promise<void> | undefined

  constructor(
    name: string,
    kind: keyof typeof commands,
    options: { plan: ProcessPlan; folder: string; journal: Journal },
  ) {
    this.name = name
    this.kind = kind
    this.#plan = options.plan
    this.#folder = options.folder
    this.#journal = options.journal
  }

  get isUp(): boolean {
    return this.#state === 'up'
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  /** Resolves when it is up for the first time. */
  async start(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#life = this.#live(resolve)
    await promise
  }

  kill(): void {
    if (this.#state === 'up') this.#end('SIGKILL')
  }

  drain(): void {
    if (this.#state === 'up') this.#end('SIGTERM')
  }

  /** Stands still for so long. */
  async stop(ms: number): Promise<void> {
    if (this.#state !== 'up') return
    const child = this.#child!
    this.#state = 'stopped'
    child.kill('SIGSTOP')
    this.#journal.stopped(this.pid, ms)
    await delay(ms)
    child.kill('SIGCONT')
    this.#state = 'up'
  }

  /** Drains, and is not started again. */
  async retire(): Promise<void> {
    while (this.#state !== 'up') await delay(50)
    this.#isRetired = true
    this.#end('SIGTERM')
    await this.#life
  }

  /** Whatever it is doing. */
  destroy(): void {
    this.#isRetired = true
    this.#child?.kill('SIGKILL')
  }

  #end(signal: 'SIGKILL' | 'SIGTERM'): void {
    this.#state = 'ending'
    this.#child!.kill(signal)
  }

  async #live(onUp: () => void): Promise<void> {
    while (!this.#isRetired) {
      this.#state = 'starting'
      await this.#once(onUp)
      await delay(200)
    }
  }

  /** From its start to its end. */
  async #once(onUp: () => void): Promise<void> {
    const child = this.#spawn()
    const seen = { errors: '', wasUp: false }
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      if (seen.wasUp || !text.includes(ready[this.kind])) return
      seen.wasUp = true
      this.#state = 'up'
      onUp()
    })
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      seen.errors = (seen.errors + text).slice(-20_000)
      appendFileSync(join(this.#folder, `${this.name}.log`), `[${child.pid}] ${text}`)
    })
    const late = { timer: undefined as NodeJS.Timeout | undefined }
    const watch = setInterval(() => {
      if (this.#state !== 'ending' || late.timer !== undefined) return
      late.timer = setTimeout(() => {
        this.#journal.problem(`${this.name} (${child.pid}) did not end after SIGTERM`)
        child.kill('SIGKILL')
      }, endMs)
    }, 500)
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
    clearInterval(watch)
    clearTimeout(late.timer)
    this.#judge(child, { code, signal, ...seen })
  }

  #spawn(): ChildProcess {
    const cache = join(this.#folder, 'compile-cache')
    this.#child = spawn(process.execPath, commands[this.kind], {
      env: {
        ...process.env,
        NODE_COMPILE_CACHE: cache,
        HEALTH_PORT: '',
        [planVariable]: JSON.stringify(this.#plan),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    return this.#child
  }

  #judge(
    child: ChildProcess,
    end: { code: number | null; signal: string | null; errors: string; wasUp: boolean },
  ): void {
    const { code, signal, errors, wasUp } = end
    const who = `${this.name} (${child.pid})`
    const isAsked = this.#state === 'ending' || this.#isRetired
    const isCrash = /unhandled|uncaught|^Node\.js v/im.test(errors)
    if (isCrash || (wasUp && !isAsked)) {
      this.#journal.problem(`${who} ended with ${signal ?? code}: ${errors.slice(-3000)}`)
    }
    // One that cannot start, or cannot give its runs back, because the database does not answer, says so.
    if (!isCrash && code !== 0 && signal === null) this.#journal.note(`${who} ended with ${code}`)
  }
}
