import { setTimeout as delay } from 'node:timers/promises'
import type { Line } from '../../support/proxy.ts'
import type { Fleet } from './fleet.ts'
import type { Journal } from './journal.ts'
import { killWorker } from './kill-worker.ts'
import { leaseSeconds } from './plan.ts'
import type { Surroundings } from './surroundings.ts'

/** What can be done to a round, and how often compared with the others. */
interface Disturbance {
  name: string
  weight: number
  /** Resolves when it is over. */
  act: () => Promise<void> | void
}

export interface DisturbancesOptions {
  fleet: Fleet
  surroundings: Surroundings
  journal: Journal
  random: () => number
}

/** Disturbs a round at random moments; several disturbances may last at the same time. */
export class Disturbances {
  readonly #options: DisturbancesOptions
  readonly #all: Disturbance[]
  readonly #underWay = new Set<Promise<void>>()

  constructor(options: DisturbancesOptions) {
    this.#options = options
    this.#all = this.#possible()
  }

  /** Until the given moment, by the clock that nobody sets. */
  async disturbUntil(end: number): Promise<void> {
    while (performance.now() < end) {
      await delay(200 + this.#options.random() * 2000)
      const { name, act } = this.#choose()
      const acting = this.#act(name, act)
      this.#underWay.add(acting)
      void acting.finally(() => this.#underWay.delete(acting))
    }
    await Promise.all(this.#underWay)
  }

  async #act(name: string, act: Disturbance['act']): Promise<void> {
    try {
      this.#options.journal.did(name)
      await act()
    } catch (error) {
      this.#options.journal.problem(`${name} could not be done: ${error}`)
    }
  }

  #choose(): Disturbance {
    const total = this.#all.reduce((sum, { weight }) => sum + weight, 0)
    let left = this.#options.random() * total
    return this.#all.find(({ weight }) => (left -= weight) < 0) ?? this.#all[0]!
  }

  #possible(): Disturbance[] {
    const { fleet, surroundings, journal, random } = this.#options
    const pick = <T>(all: readonly T[]) => all[Math.floor(random() * all.length)]!
    const worker = () => pick(fleet.workers)
    const between = (low: number, high: number) => low + random() * (high - low)
    const longerThanALease = () => between(1.1, 2.2) * leaseSeconds * 1000
    return [
      {
        name: 'kill worker',
        weight: 6,
        act: async () => void (await killWorker(worker(), surroundings, journal)),
      },
      { name: 'kill web', weight: 2, act: () => fleet.web.kill() },
      { name: 'drain worker', weight: 3, act: () => worker().drain() },
      { name: 'drain web', weight: 1, act: () => fleet.web.drain() },
      { name: 'stop worker', weight: 4, act: async () => worker().stop(longerThanALease()) },
      {
        name: 'stop worker shortly',
        weight: 1,
        act: async () => worker().stop(between(100, 1500)),
      },
      { name: 'stop web', weight: 1, act: async () => fleet.web.stop(between(300, 4000)) },
      ...(fleet.lines.length === 0 ? [] : this.#ofLines(() => pick(fleet.lines), between)),
      ...this.#ofRedis(surroundings, between),
      ...this.#ofPostgres(surroundings, random),
    ]
  }

  #ofLines(line: () => Line, between: (low: number, high: number) => number): Disturbance[] {
    const { journal } = this.#options
    const forAWhile = async (
      low: number,
      high: number,
      change: (line: Line) => unknown,
      back: (line: Line) => unknown,
    ) => {
      const disturbed = line()
      const ms = between(low, high)
      journal.note(`for ${Math.round(ms)} ms, line ${disturbed.url}`)
      await change(disturbed)
      await delay(ms)
      await back(disturbed)
    }
    const directions = [['up'], ['down'], ['up', 'down']] as const
    return [
      { name: 'cut line', weight: 4, act: () => line().cut() },
      { name: 'silence line', weight: 2, act: () => line().silence() },
      {
        name: 'delay line',
        weight: 2,
        act: async () =>
          forAWhile(
            1000,
            4000,
            (it) => it.delay(between(20, 300)),
            (it) => it.delay(0),
          ),
      },
      {
        name: 'freeze line',
        weight: 2,
        act: async () =>
          forAWhile(
            300,
            8000,
            (it) => it.freeze(directions[Math.floor(between(0, 3))]),
            (it) => it.thaw(),
          ),
      },
      {
        name: 'refuse line',
        weight: 2,
        act: async () =>
          forAWhile(
            300,
            5000,
            (it) => {
              it.refuse()
              it.cut()
            },
            async (it) => it.accept(),
          ),
      },
    ]
  }

  #ofRedis({ redis }: Surroundings, between: (low: number, high: number) => number): Disturbance[] {
    if (redis === null) return []
    const restart = async () => {
      if (!redis.isUp) return
      await redis.stop()
      await delay(between(0, 3000))
      await redis.start()
    }
    return [
      {
        name: 'flush Redis',
        weight: 3,
        act: async () => (redis.isUp ? redis.flush() : undefined),
      },
      { name: 'restart Redis', weight: 2, act: restart },
    ]
  }

  #ofPostgres({ server }: Surroundings, random: () => number): Disturbance[] {
    if (server === null) return []
    const others = `datname = current_database() and pid <> pg_backend_pid()`
    const terminate = async () => {
      const share = random() < 0.5 ? 1 : 0.3
      await server.ask(
        `select pg_terminate_backend(pid) from pg_stat_activity where ${others} and random() <= ${share}`,
      )
    }
    return [{ name: 'terminate backends', weight: 3, act: terminate }]
  }
}
