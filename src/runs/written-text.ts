import type { RunEvent } from '../core/event.ts'

/**
 * The newest message of a run, put together from its deltas. A delta says where in the model's response it begins: one
 * that does not go on where the text ends begins anew from there.
 */
export class WrittenText {
  #path: unknown
  text: string

  constructor(text = '') {
    this.text = text
  }

  /** True when the delta's text was appended to what there was. */
  takeDelta({ payload }: Pick<RunEvent, 'payload'>): boolean {
    const { path, offset, text } = payload
    const isSame = this.#path === undefined || this.#path === path
    const goesOn = isSame && Number(offset) === this.text.length
    this.text = (isSame ? this.text.slice(0, Number(offset)) : '') + String(text)
    this.#path = path
    return goesOn
  }

  /** A long message is cut in its event; its deltas have told all of it. */
  takeWhole({ payload }: Pick<RunEvent, 'payload'>): void {
    const text = String(payload['text'] ?? '')
    const isCut = payload['truncated'] === true && this.text.length > text.length
    if (!isCut) this.text = text
  }
}
