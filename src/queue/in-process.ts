import type { Queue, Work } from '../core/queue.ts'

interface State {
  work: Work | null
  concurrency: number
  active: number
  /** A wake-up each, as the number of its deliveries. More than there are places would say nothing new. */
  wanted: number[]
  later: Set<NodeJS.Timeout>
}

/** Calls workers of this process; other processes are reached by their own look at the table. */
export function inProcessQueue(): Queue {
  const state: State = { work: null, concurrency: 0, active: 0, wanted: [], later: new Set() }

  const call = async (work: Work, times: number) => {
    state.active += 1
    try {
      // Wake-ups are counted rather than kept, so there is no run to name.
      const { againMs } = await work({ runId: '', times })
      if (againMs !== null) callLater(againMs, times + 1)
    } finally {
      state.active -= 1
      pump()
    }
  }
  const callLater = (ms: number, times: number) => {
    if (state.work === null) return
    const timer = setTimeout(() => {
      state.later.delete(timer)
      want(times)
    }, ms)
    state.later.add(timer.unref())
  }
  const occupy = async (work: (() => Promise<void>) | null) => {
    try {
      await work?.()
    } finally {
      state.active -= 1
      pump()
    }
  }
  const want = (times: number) => {
    if (state.wanted.length < Math.max(1, state.concurrency)) state.wanted.push(times)
    pump()
  }
  const pump = () => {
    while (state.work !== null && state.active < state.concurrency) {
      const times = state.wanted.shift()
      if (times === undefined) return
      void call(state.work, times)
    }
  }

  return {
    local: true,
    async wake() {
      want(1)
    },
    async listen(work, { concurrency }) {
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
      for (const timer of state.later) clearTimeout(timer)
      state.later.clear()
    },
  }
}
