import { expect } from 'vitest'
import type { Agentic, Approval, Run } from 'agentic-node'
import { temporaryDatabase } from './instance.ts'
import { firstLife, secondLife, type Story } from './lives.ts'
import { expireLease } from './sql.ts'

export interface Waiting {
  /** An instance that did not execute the run so far. */
  second: Agentic
  id: string
  database: string
  /** What waits, in the order of the calls. */
  pending: Approval[]
}

/** A run that waits for a person; whoever executed it is gone. */
export async function waitingRun(story: Story): Promise<Waiting> {
  const database = temporaryDatabase()
  const first = firstLife(story, database)
  const { id } = await first.runs.submit({ owner: 'ada', session: 'chat', input: 'Go' })
  const run = await first.runs.wait({ owner: 'ada', id, until: 'pause' })
  expect(run).toMatchObject({ status: 'awaiting_approval' })
  await first.close()
  return elsewhere(story, database, id)
}

/** A run that waits for a person because of a crash: taken from its first instance, which is held for good. */
export async function interruptedRun(story: Story, held: Promise<unknown>): Promise<Waiting> {
  const database = temporaryDatabase()
  const first = firstLife(story, database)
  const { id } = await first.runs.submit({ owner: 'ada', session: 'chat', input: 'Go' })
  await held
  await expireLease(database, id)
  return elsewhere(story, database, id)
}

async function elsewhere(story: Story, database: string, id: string): Promise<Waiting> {
  const second = secondLife(story, database)
  const run = await second.runs.wait({ owner: 'ada', id, until: 'pause' })
  expect(run).toMatchObject({ status: 'awaiting_approval' })
  return { second, id, database, pending: await pendingOf(second, id) }
}

/** What waits, in the order of the calls. */
export async function pendingOf(agentic: Agentic, runId: string): Promise<Approval[]> {
  const pending = await agentic.approvals.list({ owner: 'ada', runId, status: 'pending' })
  return pending.toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

/** Decides, and brings the run to its end or to where it waits again. */
export async function decideAndWait(
  agentic: Agentic,
  approval: Approval,
  decision: Partial<Parameters<Agentic['approvals']['decide']>[0]>,
): Promise<Run> {
  const { id, runId } = approval
  await agentic.approvals.decide({ owner: 'ada', id, decision: 'approve', ...decision })
  return agentic.runs.wait({ owner: 'ada', id: runId, until: 'pause' })
}
