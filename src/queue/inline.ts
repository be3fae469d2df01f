import type { Queue } from '../core/queue.ts'

/** Executes in the caller's own time: `wake` returns when nothing is left to claim. */
export function inlineQueue(): Queue {
  const state = { work: null as (() => Promise<boolean>) | null }
  return {
    inline: true,
    async wake() {
      while (state.work !== null && (await state.work()));
    },
    async listen(work) {
      state.work = work
    },
    async close() {
      state.work = null
    },
  }
}
