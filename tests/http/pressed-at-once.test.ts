import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { spawnScript } from '../crash/support/spawn.ts'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { calls, says, scripted } from './agents.ts'

const script = fileURLToPath(new URL('desk-process.ts', import.meta.url))
const statuses = { approve: 'approved', reject: 'rejected' } as const
const people = Array.from({ length: 10 }, (_, index) => `person-${index}`)

test('ten people who press approve and reject at once, at two processes, come to one decision', async () => {
  const database = temporaryDatabase()
  const desk = instance({ ...scripted(calls('refund', { amount: 5 }), says('Well')), database })
  const { id: runId } = await desk.runs.submit({ owner: 'ada', session: 'chat', input: 'Hi' })
  await desk.runs.wait({ owner: 'ada', id: runId, until: 'pause' })
  const [asked] = await desk.approvals.list({ owner: 'ada', runId })
  const servers = await Promise.all([startServer(database), startServer(database)])
  const presses = people.flatMap((person, index) =>
    servers.map(async (url, server) => {
      const decision = (index + server) % 2 === 0 ? 'approve' : 'reject'
      const answer = await fetch(`${url}approvals/${asked?.id}/`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-user': person },
        body: JSON.stringify({ decision }),
      })
      return { wanted: statuses[decision], status: answer.status, said: await answer.json() }
    }),
  )
  const answers = await Promise.all(presses)
  const decided = await desk.approvals.get({ owner: 'ada', id: String(asked?.id) })
  expect(people).toContain(decided.decidedBy)
  for (const { wanted, status, said } of answers) {
    const isSame = wanted === decided.status
    expect([status, said.code]).toEqual(isSame ? [200, undefined] : [409, 'already_decided'])
    if (isSame) expect(said.decided_by).toBe(decided.decidedBy)
  }
  await desk.runs.wait({ owner: 'ada', id: runId })
  const events = await desk.runs.events({ owner: 'ada', id: runId })
  expect(events.filter(({ type }) => type === 'tool_approval_decided')).toHaveLength(1)
  expect(events.filter(({ type }) => type === 'run.resumed')).toHaveLength(1)
})

async function startServer(database: string): Promise<string> {
  const server = spawnScript(script, [database])
  onTestFinished(() => void server.kill('SIGKILL'))
  server.stderr?.pipe(process.stderr)
  const [port] = (await once(server.stdout!, 'data')) as [Buffer]
  return `http://127.0.0.1:${String(port).trim()}/agents/`
}
