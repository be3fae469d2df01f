import type { Queue } from '../core/queue.ts'

type Work = () => Promise<boolean>

/** Calls workers of this process; other processes are reached by their own look at the table. */
export function inProcessQueue(): Queue {
  const state = { work: null as Work | null, concurrency: 0, active: 0, wanted: 0 }

  const call = async (work: Work) => {
    state.active += 1
    try {
      while (await work()) if (state.work === null) break
    } finally {
      state.active -= 1
      pump()
    }
  }
  const occupy = async (work: (() => Promise<void>) | null) => {
    try {
      await work?.()
    } finally {
      state.active -= 1
      pump()
    }
  }
  const pump = () => {
    while (state.work !== null && state.wanted > 0 && state.active < state.concurrency) {
      state.wanted -= 1
      void call(state.work)
    }
  }

  return {
    async wake() {
      // More wake-ups than callers say nothing new.
      state.wanted = Math.min(state.wanted + 1, Math.max(1, state.concurrency))
      pump()
    },
    async listen(work, concurrency) {
      state.work = work
      state.concurrency = concurrency
      pump()
    },
    admit() {
      if (state.work === null || state.active >= state.concurrency) return null
      state.active += 1
      return (work) => void occupy(work)
    },
    async close() {
      state.work = null
    },
  }
}
