import { claimNext, type Claim, type Claimed } from './claim.ts'
import type { Runtime } from './runtime.ts'

/** Why nothing was claimed: nothing can be now, or what could be was passed over and is worth another call soon. */
type Nothing = 'none' | 'passed over'

interface Asker {
  resolve: (claim: Claim | Nothing) => void
  reject: (error: unknown) => void
}

/**
 * Claims for everybody in one process who has a place, in rounds: those who ask while a round is under way are served
 * together by the next. Each for itself would only get into the others' way.
 */
export class Claims {
  readonly #runtime: Runtime
  readonly #workerId: string
  #asking: Asker[] = []
  /** Resolves when nobody asks any more; null when nobody does. */
  #serving: Promise<void> | null = null
  #isOver = false

  constructor(runtime: Runtime, workerId: string) {
    this.#runtime = runtime
    this.#workerId = workerId
  }

  /** A run that is ours now, or why there is none. */
  async next(): Promise<Claim | Nothing> {
    return new Promise((resolve, reject) => {
      this.#asking.push({ resolve, reject })
      this.#serving ??= this.#serve()
    })
  }

  /** Nothing is claimed any more; resolves when nothing more comes of what was under way. */
  async end(): Promise<void> {
    this.#isOver = true
    await this.#serving
  }

  async #serve(): Promise<void> {
    while (this.#asking.length > 0) await this.#round(this.#asking.length)
    this.#serving = null
  }

  async #round(want: number): Promise<void> {
    try {
      const { claims, passedOver } = await this.#claim(want)
      for (const claim of claims) this.#asking.shift()?.resolve(claim)
      // With some claimed there may be more for those who are left; with none there was nothing for who asked before.
      if (claims.length > 0) return
      const nothing = passedOver ? 'passed over' : 'none'
      for (const asker of this.#asking.splice(0, want)) asker.resolve(nothing)
    } catch (error) {
      // Whoever asked is told of a failure; who comes next tries for himself.
      for (const asker of this.#asking.splice(0, want)) asker.reject(error)
    }
  }

  async #claim(want: number): Promise<Claimed> {
    if (this.#isOver) return { claims: [], passedOver: false }
    return claimNext(this.#runtime, this.#workerId, want)
  }
}
