import { expect, test } from 'vitest'
import { deferred, instance, speaker, temporaryDatabase } from '../support/instance.ts'
import { expireLease, until } from '../support/sql.ts'

const owner = 'ada'
const noSweeps = { seconds: 600, sweepSeconds: 600 }

/** A run whose worker stands still, and who operates beside it. */
async function heldRun() {
  const database = temporaryDatabase()
  const begun = deferred()
  const agents = {
    assistant: async () => {
      begun.resolve()
      return new Promise<never>(() => {})
    },
  }
  const shared = { database, lease: noSweeps, recovery: 'ignore' } as const
  const worker = instance({ ...shared, agents, drainSeconds: 0, concurrency: 1 })
  await worker.start()
  const { id } = await worker.runs.submit({ owner, session: 'chat', input: 'Hi' })
  await begun.promise
  const warnings: unknown[] = []
  const logger = { info() {}, warn: (facts: unknown) => warnings.push(facts), error() {} }
  const operator = instance({ ...shared, logger, concurrency: 0 })
  const rescuer = () => instance({ ...shared, agents: { assistant: () => speaker('Hello!') } })
  return { database, id, operator, rescuer, warnings }
}

test('a run whose worker is gone goes on when an operator says so, though nobody does by himself', async () => {
  const { database, id, operator, rescuer } = await heldRun()
  const { admin, runs } = operator
  expect(await admin.recover({ actor: 'eve' })).toEqual([])
  await expireLease(database, id)
  expect(await admin.recover({ actor: 'eve' })).toEqual([{ id, owner, status: 'pending' }])
  await rescuer().start()
  expect(await runs.wait({ owner, id })).toMatchObject({ status: 'completed', attempt: 2 })
  const { data } = await admin.audit({ targetId: id })
  expect(data).toMatchObject([{ actor: 'eve', action: 'recover', owner, details: { attempt: 1 } }])
  expect(await admin.recover({ actor: 'eve' })).toEqual([])
})

test('with the mode `fail` it fails', async () => {
  const { database, id, operator } = await heldRun()
  await expireLease(database, id)
  const recovered = await operator.admin.recover({ actor: 'eve', id, mode: 'fail' })
  expect(recovered).toEqual([{ id, owner, status: 'failed' }])
  const run = await operator.runs.get({ owner, id })
  expect(run).toMatchObject({ status: 'failed', errorCode: 'lease_expired' })
})

test('one that is named is told of with its agent, as any that is found', async () => {
  const { database, id, operator, warnings } = await heldRun()
  await expireLease(database, id)
  await operator.admin.recover({ actor: 'eve', id })
  expect(warnings).toContainEqual({
    runId: id,
    owner,
    agent: 'assistant',
    attempt: 1,
    status: 'pending',
  })
})

test('one that is held is not taken, and it is said by whom and until when', async () => {
  const { id, operator } = await heldRun()
  const { admin } = operator
  const [worker] = (await admin.overview()).workers
  await expect(admin.recover({ actor: 'eve', id })).rejects.toMatchObject({
    code: 'run_not_lost',
    message: expect.stringMatching(new RegExp(`leased until 20.* by worker ${worker?.id}`)),
  })
  const { id: pending } = await operator.runs.submit({ owner, session: 'two', input: 'Hi' })
  await expect(admin.recover({ actor: 'eve', id: pending })).rejects.toMatchObject({
    code: 'run_not_lost',
    message: expect.stringContaining('is pending'),
  })
  await expect(admin.recover({ actor: 'eve', id: 'nobody' })).rejects.toMatchObject({
    code: 'not_found',
  })
  await until(async () => (await operator.runs.get({ owner, id })).status === 'running')
})
