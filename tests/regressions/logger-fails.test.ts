import { expect, onTestFinished, test, vi } from 'vitest'
import { instance } from '../support/instance.ts'
import { until } from '../support/sql.ts'

/** No JSON, as a response of a client library or a row with a BigInt. */
function noJson(): unknown {
  const held: Record<string, unknown> = { count: 1n }
  held['self'] = held
  return held
}

function stderrLines(): string[] {
  const lines: string[] = []
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    lines.push(String(text))
    return true
  })
  onTestFinished(() => spy.mockRestore())
  return lines
}

/** What would have ended the process. */
function unhandled(): unknown[] {
  const rejected: unknown[] = []
  const note = (reason: unknown) => void rejected.push(reason)
  process.on('unhandledRejection', note)
  onTestFinished(() => void process.off('unhandledRejection', note))
  return rejected
}

const throwing = () => {
  throw new Error('the log is full')
}

test.each([
  ['the logger that is there by default', {}],
  ['a logger that throws', { logger: { info: throwing, warn: throwing, error: throwing } }],
])('with %s, whatever the app throws ends neither runs nor the process', async (_name, logger) => {
  const lines = stderrLines()
  const rejected = unhandled()
  const agentic = instance({
    ...logger,
    estimateCost: () => {
      throw noJson()
    },
    redact: () => {
      throw noJson()
    },
  })
  agentic.on('run.completed', () => Promise.reject(noJson() as Error))
  const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Hi' })
  expect(await agentic.runs.wait({ owner: 'ada', id })).toMatchObject({ status: 'completed' })
  await until(() => lines.some((line) => line.includes('a listener threw')))
  for (const line of lines) expect(() => void JSON.parse(line)).not.toThrow()
  expect(rejected).toEqual([])
})

test('an `estimateCost` that is async by mistake, and rejects, costs neither the run nor the process', async () => {
  const lines = stderrLines()
  const rejected = unhandled()
  const agentic = instance({
    estimateCost: (async () => Promise.reject(new Error('no price'))) as never,
  })
  const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Hi' })
  const run = await agentic.runs.wait({ owner: 'ada', id })
  expect(run).toMatchObject({ status: 'completed' })
  expect(run.usage.cost).toBeUndefined()
  expect(lines.join('')).toContain('neither null nor a number')
  expect(rejected).toEqual([])
})
