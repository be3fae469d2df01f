import { setTimeout as delay } from 'node:timers/promises'
import type { Agentic } from '../core/api.ts'
import { CliError } from './cli-error.ts'
import type { Say } from './say.ts'
import type { StopSignals } from './stop-signals.ts'

const lookMs = 100
const tellMs = 5000
/** For giving runs back and closing: as long as a database that is well takes many times over. */
const endMs = 5000

/** Closes the instance and says how it goes; a second signal, or a database that does not answer, ends the wait. */
export async function drain(
  agentic: Agentic,
  { signals, say, drainSeconds }: { signals: StopSignals; say: Say; drainSeconds: number },
): Promise<void> {
  const over = new AbortController()
  try {
    const closed = agentic.close().then(() => 'closed' as const)
    const told = tell(agentic, say, over.signal)
    const late = hasPassed(drainSeconds * 1000 + endMs, over.signal).then(() => 'late' as const)
    const hurried = signals.second.then(() => 'hurried' as const)
    const how = await Promise.race([closed, late, hurried])
    if (how === 'hurried') await hurry(agentic, say)
    if (how === 'late') throw notGivenBack('The database did not answer')
    over.abort()
    await told
  } finally {
    over.abort()
  }
}

/** The number of runs whenever it changes, and now and then when it does not. */
async function tell(agentic: Agentic, say: Say, over: AbortSignal): Promise<void> {
  let told = agentic.health().running
  let toldAt = performance.now()
  while (await hasPassed(lookMs, over)) {
    const { running } = agentic.health()
    if (running === 0) return
    if (running === told && performance.now() - toldAt < tellMs) continue
    told = running
    toldAt = performance.now()
    say(`draining; runs left: ${running}`, { running })
  }
}

async function hurry(agentic: Agentic, say: Say): Promise<never> {
  const { running } = agentic.health()
  say(`a second signal; runs cut off in mid-call: ${running}`, { running })
  const over = new AbortController()
  const closed = agentic.close({ now: true }).then(() => true)
  const late = hasPassed(endMs, over.signal).then(() => false)
  if (!(await Promise.race([closed, late]))) throw notGivenBack('A second signal ended it')
  over.abort()
  throw new CliError(1, 'A second signal ended it; its runs were given back.')
}

function notGivenBack(why: string): CliError {
  return new CliError(1, `${why}; runs that were not given back go on when their leases are over.`)
}

async function hasPassed(ms: number, over: AbortSignal): Promise<boolean> {
  try {
    await delay(ms, undefined, { signal: over })
    return true
  } catch {
    // Nobody waits for it any more.
    return false
  }
}
