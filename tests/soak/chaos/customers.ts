import { setTimeout as delay } from 'node:timers/promises'
import { shapes, type Shape } from '../../crash/support/answers.ts'
import { followToEnd, type Seen } from './follower.ts'
import type { Journal } from './journal.ts'
import { isEnded, type RunSeen, type WebClient } from './web-client.ts'

/** What a user asked for and was told. */
export interface Order {
  tag: string
  owner: string
  session: string
  shape: Shape
  runId: string
  decision: 'approve' | 'reject'
  /** Whether a decision of ours was accepted. */
  isDecided: boolean
  /** What the cancel was answered; null when none was wanted. */
  cancelled: RunSeen | null
  /** What its stream showed; null for those who only ask now and then. */
  seen: Seen[] | null
  isEnded: boolean
}

const owners = ['ada', 'grace', 'linus', 'margaret', 'barbara']
const sessionsPerOwner = 4

/** Users who order one run after the other, see it through, decide what waits and change their minds. */
export class Customers {
  readonly orders: Order[] = []
  readonly #web: WebClient
  readonly #journal: Journal
  readonly #random: () => number
  #isOver = false

  constructor(web: WebClient, journal: Journal, random: () => number) {
    this.#web = web
    this.#journal = journal
    this.#random = random
  }

  get ended(): number {
    return this.orders.filter(({ isEnded }) => isEnded).length
  }

  get accepted(): number {
    return this.orders.filter(({ runId }) => runId !== '').length
  }

  /** Nothing new is ordered. */
  end(): void {
    this.#isOver = true
  }

  /** Orders without end; resolves when it was told to end and its last run has ended. */
  async orderOn(): Promise<void> {
    while (!this.#isOver) await this.#seeThrough(this.#nextOrder(), true)
  }

  /** One of each kind that nobody disturbs, with which the others are compared. */
  async orderReferences(): Promise<void> {
    for (const shape of shapes) {
      await this.#seeThrough(this.#order(shape, 'approve'), false)
    }
  }

  #nextOrder(): Order {
    const shape = this.#random() < 0.5 ? 'whole' : this.#pick(shapes)
    return this.#order(shape, this.#random() < 0.8 ? 'approve' : 'reject')
  }

  #order(shape: Shape, decision: Order['decision']): Order {
    const order: Order = {
      tag: `order-${this.orders.length + 1}-${shape}`,
      owner: this.#pick(owners),
      session: `chat-${Math.floor(this.#random() * sessionsPerOwner)}`,
      shape,
      runId: '',
      decision,
      isDecided: false,
      cancelled: null,
      seen: null,
      isEnded: false,
    }
    this.orders.push(order)
    return order
  }

  #pick<T>(all: readonly T[]): T {
    return all[Math.floor(this.#random() * all.length)]!
  }

  async #seeThrough(order: Order, mayCancel: boolean): Promise<void> {
    const { tag, owner, session } = order
    const wantsCancel = mayCancel && this.#random() < 0.1
    const cancelMs = this.#random() * 4000
    const follows = this.#random() < 0.5
    const thinkMs = this.#random() < 0.1 ? 5000 : this.#random() * 300
    try {
      order.runId = await this.#web.submit(owner, session, `Please see to ${tag}`, tag)
      await Promise.all([
        this.#watch(order, thinkMs),
        ...(follows ? [this.#follow(order)] : []),
        ...(wantsCancel ? [this.#cancel(order, cancelMs)] : []),
      ])
    } catch (error) {
      this.#journal.problem(`${tag} (${order.runId}): ${error}`)
    }
  }

  async #watch(order: Order, thinkMs: number): Promise<void> {
    for (;;) {
      const run = await this.#web.get(order.owner, order.runId)
      if (isEnded(run)) break
      if (run.status === 'awaiting_approval') {
        await delay(thinkMs)
        const isTaken = await this.#web.decide(order.owner, order.runId, order.decision)
        order.isDecided ||= isTaken
      }
      await delay(200)
    }
    order.isEnded = true
  }

  async #follow(order: Order): Promise<void> {
    order.seen = []
    const open = async (after: number) => this.#web.stream(order.owner, order.runId, after)
    await followToEnd(open, order.seen)
  }

  async #cancel(order: Order, ms: number): Promise<void> {
    await delay(ms)
    order.cancelled = await this.#web.cancel(order.owner, order.runId)
  }
}
