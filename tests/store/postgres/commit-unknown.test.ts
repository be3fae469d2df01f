import { setTimeout as delay } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { sql } from '../../support/sql.ts'
import { cutting, owner, story } from './support/story.ts'

// The fate of a commit is asked after for fifteen seconds.
vi.setConfig({ testTimeout: 180_000 })

/** A run whose line is cut at a commit, to a database that stays away for longer than anybody asks after the commit. */
async function leftAlone(when: 'before' | 'after', number: number) {
  const told = await story({}, { lease: { seconds: 25, sweepSeconds: 0.5 } })
  const { line, agentic, database } = told
  const isCut = cutting[when](line, number, () => {
    line.refuse()
    line.cut()
  })
  const input = { owner, session: 'chat', input: 'Go', idempotencyKey: 'once' }
  const first = agentic.runs.submit(input).catch((error: unknown) => error)
  await expect.poll(isCut).toBe(true)
  await delay(17_000)
  await line.accept()
  const { id } = await agentic.runs.submit(input)
  // Whoever was told that it was accepted was told the truth.
  const answer = await first
  expect(answer).toMatchObject(answer instanceof Error ? { status: 503 } : { id })
  const run = await agentic.runs.wait({ owner, id })
  const steps = await sql(database, 'select run_id, path from agentic_step order by path')
  return { ...told, run, steps }
}

test('a commit of which nobody knows what became is not made again', async () => {
  const numbers = [1, 2, 3, 4, 5]
  const [written, lost] = await Promise.all(
    (['after', 'before'] as const).map(async (when) =>
      Promise.all(numbers.map(async (number) => leftAlone(when, number))),
    ),
  )
  for (const { run, steps, effects } of [...written!, ...lost!]) {
    expect(run).toMatchObject({ status: 'completed' })
    const paths = ['r/m0', 'r/m0/t0', 'r/m1']
    expect(steps).toEqual(paths.map((path) => ({ run_id: run.id, path })))
    // A call that may have been made is reported as such instead of being made.
    expect(effects.length).toBeLessThanOrEqual(1)
  }
  // What was written is read from the journal; of what was not, one answer of the model at most.
  for (const { model } of written!) expect(model.calls).toBe(2)
  for (const { model } of lost!) expect(model.calls).toBeLessThanOrEqual(3)
})
