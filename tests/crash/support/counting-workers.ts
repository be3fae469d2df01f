import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { CountingPlan } from './counting-worker.ts'
import { spawnScript } from './spawn.ts'

const script = fileURLToPath(new URL('./counting-worker.ts', import.meta.url))

/** Worker processes, all of them at work. Resolves to how to end them, and to what they said was wrong. */
export async function countingWorkers(count: number, plan: CountingPlan) {
  const children = Array.from({ length: count }, () => spawnScript(script, [JSON.stringify(plan)]))
  onTestFinished(() => children.forEach((child) => child.kill('SIGKILL')))
  let errors = ''
  for (const child of children) {
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (errors += text))
  }
  await Promise.all(
    children.map(async (child) => {
      await Promise.race([once(child.stdout!, 'data'), once(child, 'exit')])
      if (child.exitCode !== null) throw new Error(`a worker did not start: ${errors}`)
    }),
  )
  return async (): Promise<{ codes: (number | null)[]; errors: string }> => {
    const ends = children.map(async (child) => {
      const ended = once(child, 'close')
      child.kill('SIGTERM')
      const [code] = (await ended) as [number | null]
      return code
    })
    return { codes: await Promise.all(ends), errors }
  }
}
