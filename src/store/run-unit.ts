import type { Executor } from './database.ts'

/**
 * Runs a unit of work, whose executor refuses when the unit is over: what it has not waited for must not write into
 * whatever comes next on the connection.
 */
export async function runUnit<T>(
  executor: Executor,
  unit: (executor: Executor) => Promise<T>,
): Promise<T> {
  let isOver = false
  const own: Executor = {
    compiler: executor.compiler,
    async run(query) {
      if (isOver) throw new Error('a unit of work went on after its end; nothing was written')
      return executor.run(query)
    },
  }
  try {
    return await unit(own)
  } finally {
    isOver = true
  }
}
