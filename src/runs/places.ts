/** The places for runs in one process: whoever finds none free waits, first come, first served. */
export class Places {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(count: number) {
    this.#free = count
  }

  get free(): number {
    return this.#free
  }

  /** Null when none is free now. */
  tryTake(): Taken | null {
    if (this.#free === 0) return null
    this.#free -= 1
    return this.#taken()
  }

  async take(): Promise<Taken> {
    const taken = this.tryTake()
    if (taken !== null) return taken
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
    return this.#taken()
  }

  #taken(): Taken {
    let isHeld = true
    return {
      giveBack: () => {
        if (!isHeld) return
        isHeld = false
        // Handed on rather than freed, so that nobody who comes now is before those that wait.
        const next = this.#waiting.shift()
        if (next === undefined) this.#free += 1
        else next()
      },
    }
  }
}

export interface Taken {
  giveBack: () => void
}
