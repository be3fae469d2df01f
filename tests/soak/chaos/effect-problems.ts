import { policies } from '../../crash/support/policies.ts'
import type { StepRow } from '../../crash/support/snapshot.ts'
import type { Shape } from '../../crash/support/answers.ts'
import type { Case } from './verdict.ts'

type ToolName = keyof typeof policies

const toolsOf: Record<Shape, ToolName[]> = {
  whole: ['charge', 'note', 'lookup', 'refund'],
  tools: ['charge', 'note'],
  nested: ['lookup'],
  talk: [],
}

const interrupted = 'was interrupted by a crash'

/**
 * Each call of a tool had its effect once; one that was in flight when its worker was lost, perhaps not at all and
 * perhaps without anybody knowing (`report`), or once more (`rerun`).
 */
export function effectProblems({ order, run, rows }: Case): string[] {
  const steps = rows.steps.filter(({ kind }) => kind === 'tool')
  const effects = rows.effects.filter((effect) => effect.kind === 'tool')
  const found = toolsOf[order.shape].flatMap((name) => {
    const own = steps.filter((step) => step.name === name)
    const isRefused = name === 'refund' && order.decision === 'reject'
    const made = effects.filter((effect) => effect.name === name)
    if (isRefused) return made.length === 0 ? [] : [`${name} was refused and had its effect`]
    if (own.length > 1) return [`${name} has ${own.length} steps`]
    if (run.status === 'completed' && own[0]?.state !== 'done') return [`${name} has no result`]
    const nonces = made.map(({ nonce }) => nonce)
    return [
      ...timesProblems(name, nonces.length, run.attempt),
      ...(own[0] === undefined ? [] : resultProblems(name, own[0], nonces)),
    ]
  })
  const paths = new Set(steps.map(({ path }) => `${run.id}/${path}`))
  // One that may be repeated leaves no mark before it is done.
  const strays = effects.filter(
    ({ key, name }) =>
      !paths.has(key) && (run.status === 'completed' || policies[name as ToolName] === 'report'),
  )
  return [...found, ...strays.map(({ key }) => `an effect without a step: ${key}`)]
}

function timesProblems(name: ToolName, times: number, attempts: number): string[] {
  const most = policies[name] === 'report' ? 1 : attempts
  return times > most ? [`${name} had its effect ${times} times in ${attempts} attempts`] : []
}

function resultProblems(name: ToolName, step: StepRow, nonces: string[]): string[] {
  if (step.state !== 'done') return []
  const result = step.result ?? ''
  if (result.includes(interrupted)) {
    return policies[name] === 'rerun' ? [`${name} was reported though it may be repeated`] : []
  }
  return nonces.some((nonce) => result.includes(nonce))
    ? []
    : [
        `${name} has a result that none of its ${nonces.length} effects had: ${result.slice(0, 200)}`,
      ]
}
