import type { NewEvent } from '../core/event.ts'

/** The first piece waits a moment, so that an instant answer costs no row; then a handful of rows a second. */
const firstFlushMs = 40
const flushMs = 150
/** UTF-16 units of text that fit into an event whatever they are, though a message is in its event twice. */
const shortMessage = 1_200

interface Pending {
  path: string
  attempt: number
  offset: number
  text: string
}

/**
 * Gathers the text of messages being written and emits it as `text_delta` events. `offset` counts UTF-16 units from
 * the start of the model response; a delta whose offset is below what a reader has means "start again from there".
 */
export class DeltaBuffer {
  readonly #enabled: boolean
  readonly #emit: (events: NewEvent[]) => Promise<void>
  readonly #pending = new Map<string, Pending>()
  #timer: NodeJS.Timeout | undefined
  #flushing: Promise<void> = Promise.resolve()

  constructor(enabled: boolean, emit: (events: NewEvent[]) => Promise<void>) {
    this.#enabled = enabled
    this.#emit = emit
  }

  begin(path: string, attempt: number): void {
    if (this.#enabled) this.#pending.set(path, { path, attempt, offset: 0, text: '' })
  }

  add(path: string, text: string): void {
    const pending = this.#pending.get(path)
    if (pending === undefined || text === '') return
    pending.text += text
    this.#timer ??= setTimeout(() => this.#flush(), pending.offset === 0 ? firstFlushMs : flushMs)
  }

  /**
   * Nothing more comes. What has not been emitted is dropped when the event of the whole message follows and has room
   * for it; a long one will be cut there, so that its end must be told here. Resolves when nothing is on its way.
   */
  async end(path: string): Promise<void> {
    const pending = this.#pending.get(path)
    this.#pending.delete(path)
    if (pending !== undefined && pending.offset + pending.text.length > shortMessage) {
      this.#send(deltasOf(pending, pending.text))
    }
    await this.#flushing
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#pending.clear()
  }

  #flush(): void {
    this.#timer = undefined
    const events: NewEvent[] = []
    for (const pending of this.#pending.values()) {
      const text = wholeCharacters(pending.text)
      if (text === '') continue
      events.push(...deltasOf(pending, text))
      pending.offset += text.length
      pending.text = pending.text.slice(text.length)
    }
    if (events.length > 0) this.#send(events)
  }

  #send(events: NewEvent[]): void {
    // A lost lease sets the latch where it is noticed; the text is shown again by the next attempt.
    this.#flushing = this.#flushing.then(async () => this.#emit(events)).catch(() => {})
  }
}

/** A text as events that are not cut, each of whole characters. */
function deltasOf({ path, attempt, offset }: Pending, text: string): NewEvent[] {
  const events: NewEvent[] = []
  for (let start = 0; start < text.length;) {
    const piece = text.slice(start, start + shortMessage)
    const whole = start + piece.length < text.length ? wholeCharacters(piece) : piece
    events.push({
      type: 'text_delta',
      payload: { path, attempt, offset: offset + start, text: whole },
    })
    start += whole.length
  }
  return events
}

/** Leaves a high surrogate for the next flush, so that no event holds half a character. */
function wholeCharacters(text: string): string {
  const last = text.charCodeAt(text.length - 1)
  return last >= 0xd800 && last <= 0xdbff ? text.slice(0, -1) : text
}
