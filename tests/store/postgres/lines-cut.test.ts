import { expect, test } from 'vitest'
import type { Line } from '../../support/proxy.ts'
import { sql, until } from '../../support/sql.ts'
import { cutting, expectOnce, owner, story } from './support/story.ts'

test.for([
  { what: 'a tool is at work', when: 'tool' },
  { what: 'the model is asked', when: 'answer' },
])('a line that is cut while $what costs nothing', async ({ when }) => {
  const cut = await story({ [when]: (line: Line) => line.cut() })
  const { id } = await cut.agentic.runs.submit({ owner, session: 'chat', input: 'Go' })
  await expectOnce(cut, id)
})

test('a database that is away while a run has results to write is waited for', async () => {
  let refused = 0
  const away = await story({
    answer: (line) => {
      line.refuse()
      line.cut()
      refused += 1
    },
  })
  const { id } = await away.agentic.runs.submit({ owner, session: 'chat', input: 'Go' })
  await until(() => refused === 1)
  const error = await away.agentic.runs
    .submit({ owner, session: 'other', input: 'Go' })
    .catch((error: unknown) => error)
  expect(error).toMatchObject({ code: 'database_unavailable', status: 503 })
  await away.line.accept()
  await expectOnce(away, id)
})

test.for(['before', 'after'] as const)(
  'a line that is cut just %s any commit of a run: it ends once and repeats nothing',
  async (when) => {
    const cut = await story({}, { lease: { seconds: 600, sweepSeconds: 600 } })
    const reached: boolean[] = []
    for (let number = 1; reached.at(-1) !== false; number += 1) {
      const isCut = cutting[when](cut.line, number)
      const input = { owner, session: `s${number}`, input: 'Go', idempotencyKey: `${number}` }
      // Whoever submits is told that it failed, or that nobody knows: the same key asks again.
      const submitted = await cut.agentic.runs
        .submit(input)
        .catch(async () => cut.agentic.runs.submit(input))
      await expectOnce(cut, submitted.id, number)
      reached.push(isCut())
    }
    expect(reached.length).toBeGreaterThan(5)
    const rows = await sql(
      cut.database,
      'select status, attempt, count(*) as n from agentic_run group by 1, 2',
    )
    expect(rows).toEqual([{ status: 'completed', attempt: 1, n: reached.length }])
  },
)

test('lines cut again and again under many runs repeat nothing', async () => {
  const many = await story({}, { concurrency: 8 })
  const submits = Array.from({ length: 40 }, async (_, n) => {
    const input = { owner: `u${n % 5}`, session: `s${n}`, input: 'Go', idempotencyKey: `${n}` }
    for (;;) {
      try {
        return await many.agentic.runs.submit(input)
      } catch (error) {
        expect(error).toMatchObject({ status: 503 })
      }
    }
  })
  const left = async () => {
    const [row] = await sql(
      many.database,
      "select count(*) as n from agentic_run where status <> 'completed'",
    )
    return Number(row?.['n'])
  }
  const accepted = Promise.all(submits)
  for (let cuts = 0; cuts < 25; cuts += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20 + ((cuts * 37) % 60)))
    many.line.cut()
  }
  expect(new Set((await accepted).map(({ id }) => id)).size).toBe(40)
  await until(async () => (await left()) === 0)
  expect([many.model.calls, many.effects.length]).toEqual([80, 40])
  expect(await sql(many.database, 'select distinct attempt from agentic_run')).toEqual([
    { attempt: 1 },
  ])
})
