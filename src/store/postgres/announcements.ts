import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { PoolConfig } from 'pg'
import type { Executor, ExternalChange, Query } from '../database.ts'
import type { Driver } from './driver.ts'

export interface AnnouncementOptions {
  driver: Driver
  config: PoolConfig
  channel: string
  /** Executes on some other connection than the one that listens. */
  run(query: Query): Promise<unknown>
}

/** At most one notification in this time: each takes a lock of the whole server at its commit. */
const gatherMs = 15
const againMs = 250
/** How often the line is tried out, and how long it may take to hear oneself. */
const tryOutMs = 10_000
const patienceMs = 3_000
/** Without a line that hears, everybody looks this often. */
const pollMs = 250
/** A payload is bounded to 8000 bytes (postgresql.org/docs/current/sql-notify.html): about 200 ids. */
const mostRuns = 200

/**
 * Tells other processes what was committed, by NOTIFY, and hears what they tell on a connection of its own.
 *
 * deaf (polling) → (heard oneself) hearing → (line lost, or not heard oneself) deaf …
 *
 * Behind a pooler in transaction mode LISTEN seems to work and nothing ever arrives: so only a line on which this
 * process hears itself counts, and as long as there is none the listeners are told to look every now and then. It
 * tries that on another connection: in a session that a pooler shares, who notifies may hear what another listens to.
 */
export class Announcements {
  readonly #options: AnnouncementOptions
  readonly #self = randomUUID()
  readonly #listeners = new Set<(change: ExternalChange) => void>()
  readonly #stopping = new AbortController()
  readonly #runs = new Set<string>()
  #work = false
  #gathering: NodeJS.Timeout | undefined
  #isHearing = false
  #heard: (() => void) | undefined
  #life: Promise<void> | undefined
  #polling: NodeJS.Timeout | undefined

  constructor(options: AnnouncementOptions) {
    this.#options = options
  }

  listen(listener: (change: ExternalChange) => void): () => void {
    this.#listeners.add(listener)
    this.#begin()
    return () => this.#listeners.delete(listener)
  }

  /** Whether announcements arrive by themselves; else listeners are told to look. */
  get isHearing(): boolean {
    return this.#isHearing
  }

  announce({ run, work }: { run: string; work: boolean }): void {
    if (this.#stopping.signal.aborted) return
    if (run !== '') this.#runs.add(run)
    this.#work ||= work
    this.#begin()
    this.#gathering ??= setTimeout(() => void this.#send(), gatherMs).unref()
  }

  /** Sent by the commit of a transaction that is not ours, and heard by everybody, this process too. */
  async announceWithin(executor: Executor, runId: string): Promise<void> {
    await executor.run(this.#notification(`${randomUUID()} w ${runId}`))
  }

  async stop(): Promise<void> {
    if (this.#gathering !== undefined) await this.#send()
    this.#stopping.abort()
    clearInterval(this.#polling)
    clearTimeout(this.#gathering)
    await this.#life
  }

  #begin(): void {
    if (this.#life !== undefined) return
    this.#polling = setInterval(() => this.#poll(), pollMs).unref()
    this.#life = this.#live()
  }

  #poll(): void {
    if (!this.#isHearing) this.#tell({ runs: null, work: true })
  }

  #tell(change: ExternalChange): void {
    for (const listener of this.#listeners) listener(change)
  }

  async #send(): Promise<void> {
    clearTimeout(this.#gathering)
    this.#gathering = undefined
    const [runs, work] = [[...this.#runs], this.#work]
    this.#runs.clear()
    this.#work = false
    const names = runs.length > mostRuns ? '*' : runs.join(',')
    try {
      await this.#notify(`${this.#self} ${work ? 'w' : '-'} ${names}`)
    } catch {
      // Postgres is away, or the line was lost: it is told later, together with what comes then.
      for (const run of runs) this.#runs.add(run)
      this.#work ||= work
      this.#gathering ??= setTimeout(() => void this.#send(), againMs).unref()
    }
  }

  async #notify(payload: string): Promise<void> {
    await this.#options.run(this.#notification(payload))
  }

  #notification(payload: string): Query {
    const parameters = [this.#options.channel, payload]
    return { sql: 'select pg_notify($1, $2)', parameters, name: null }
  }

  /** Connects, listens, tries the line out again and again; begins anew when it is lost. */
  async #live(): Promise<void> {
    const { signal } = this.#stopping
    for (let failures = 0; !signal.aborted; failures += 1) {
      const { Client: NewClient } = this.#options.driver
      const client = new NewClient(this.#options.config)
      const { promise: lost, resolve: lose } = Promise.withResolvers<void>()
      const onAbort = () => lose()
      client.on('error', () => lose())
      client.on('end', () => lose())
      signal.addEventListener('abort', onAbort, { once: true })
      try {
        await client.connect()
        client.on('notification', ({ payload = '' }) => this.#hear(payload))
        await client.query(`listen "${this.#options.channel}"`)
        while (!signal.aborted && (await this.#tryOut(lost))) {
          failures = 0
          await Promise.race([lost, this.#pause(tryOutMs)])
        }
      } catch {
        // Postgres is away, or goes away: whoever reads or writes is told; here it is tried again.
      }
      this.#isHearing = false
      signal.removeEventListener('abort', onAbort)
      await client.end().catch(() => {})
      await this.#pause(Math.min(250 * 2 ** failures, 30_000))
    }
  }

  /** Whether this process hears itself. */
  async #tryOut(lost: Promise<void>): Promise<boolean> {
    const heard = new Promise<boolean>((resolve) => (this.#heard = () => resolve(true)))
    await this.#notify(`${this.#self} ? `)
    const isHeard = await Promise.race([
      heard,
      lost.then(() => false),
      this.#pause(patienceMs).then(() => false),
    ])
    this.#isHearing = isHeard
    // What was announced while the line was deaf was not heard, and a process that died right after a commit said nothing.
    if (isHeard) this.#tell({ runs: null, work: true })
    return isHeard
  }

  #hear(payload: string): void {
    const [sender, flag, names = ''] = payload.split(' ')
    if (sender === this.#self) {
      if (flag === '?') this.#heard?.()
      return
    }
    if (flag === '?') return
    const runs = names === '*' ? null : names.split(',').filter((name) => name !== '')
    this.#tell({ runs, work: flag === 'w' })
  }

  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#stopping.signal, ref: false }).catch(() => {
      // Stopping.
    })
  }
}
