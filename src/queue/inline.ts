import type { Queue, Work } from '../core/queue.ts'

/**
 * Executes in the caller's own time: `wake` returns when what it called is done. What is executed wakes in its turn, so
 * that one call leads to another until nothing waits. Nothing is called again later: that is left to the sweeper.
 */
export function inlineQueue(): Queue {
  const state = { work: null as Work | null }
  return {
    inline: true,
    local: true,
    async wake() {
      await state.work?.({ runId: '', times: 1 })
    },
    async listen(work) {
      state.work = work
    },
    async close() {
      state.work = null
    },
  }
}
