import { Agent } from '@openai/agents'
import type { Agentic } from 'agentic-node'
import { expect, test } from 'vitest'
import { withFewConnections } from '../support/databases.ts'
import { HeldAgent } from '../support/held-agent.ts'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { sql, until } from '../support/sql.ts'
import { lastText } from '../support/held-agent.ts'
import { TurnModel } from '../support/turn-model.ts'

test('twenty claimers, one winner', async () => {
  const database = withFewConnections(temporaryDatabase())
  const held = new HeldAgent()
  const claimers = Array.from({ length: 20 }, () =>
    instance({ database, agents: { assistant: held.factory }, lease: { sweepSeconds: 0.05 } }),
  )
  await Promise.all(claimers.map(async (claimer) => claimer.start()))
  const started: number[] = []
  for (const [n, claimer] of claimers.entries()) {
    claimer.on('run.started', () => void started.push(n))
  }
  const submitter = instance({ database, concurrency: 0 })
  const { id } = await submitter.runs.submit({ owner: 'ada', session: 'chat', input: 'one' })
  await held.reached('one')
  held.releaseAll()
  const run = await submitter.runs.wait({ owner: 'ada', id })
  expect(run).toMatchObject({ status: 'completed', attempt: 1 })
  expect(held.asked).toEqual(['one'])
  expect(started).toHaveLength(1)
})

test('two instances on one file execute two hundred runs, each once', async () => {
  const database = temporaryDatabase()
  const executions = new Map<string, string[]>()
  const make = (name: string): Agentic => {
    const model = new TurnModel((request) => {
      const text = lastText(request)
      executions.set(text, [...(executions.get(text) ?? []), name])
      return 'done'
    })
    const agents = { assistant: () => new Agent({ name: 'A', model }) }
    return instance({ database, agents, concurrency: 8, durability: 'normal' })
  }
  const both = [make('one'), make('two')]
  await Promise.all(both.map(async (agentic) => agentic.start()))
  const submits = Array.from({ length: 200 }, async (_, n) =>
    both[n % 2]!.runs.submit({ owner: `u${n % 7}`, session: `s${n % 40}`, input: `run ${n}` }),
  )
  await Promise.all(submits)
  const unfinished = 'select count(*) as n from agentic_run where finished_at is null'
  await until(async () => (await sql(database, unfinished))[0]?.['n'] === 0)
  expect(executions.size).toBe(200)
  const twice = [...executions].filter(([, names]) => names.length !== 1)
  expect(twice).toEqual([])
  expect(await sql(database, 'select distinct status, attempt from agentic_run')).toEqual([
    { status: 'completed', attempt: 1 },
  ])
  // Items of a session: two a run, in the order of its runs, once each.
  const items = await sql(
    database,
    'select count(*) as n, count(distinct run_id) as r from agentic_item',
  )
  expect(items).toEqual([{ n: 400, r: 200 }])
})
