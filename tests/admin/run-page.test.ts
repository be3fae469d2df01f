import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { ErrorCode } from '../../src/core/errors.ts'
import { meaningOf } from '../../src/admin/failure-words.ts'
import { calls, says, scripted } from '../http/agents.ts'
import { testApp } from '../http/app.ts'
import { speaker, temporaryDatabase } from '../support/instance.ts'
import { sql } from '../support/sql.ts'
import { textOf } from './text-of.ts'

test('a run’s page has what was asked, what each step was given and gave, and the answer', async () => {
  const app = testApp(scripted(calls('find_flight', { to: 'LIS' }), says('It leaves at *nine*.')))
  const id = await app.submit({ input: 'When does it leave?' }, 'bob')
  await app.agentic.runs.wait({ owner: 'bob', id })
  const text = await textOf(app, `admin/runs/${id}/`)
  expect(text).toContain('Completed')
  expect(text).toContain('When does it leave?')
  expect(text).toMatch(/Attempt 1 .*completed after/)
  expect(text).toMatch(/Model ScriptedModel .*→ find_flight\(\{"to":"LIS"\}\)/)
  expect(text).toMatch(/Tool find_flight .*"to": "LIS".*Result AF1 to LIS/)
  expect(text).toContain('Output It leaves at *nine*.')
})

test('a model’s call lasts as long as the model took', async () => {
  const slow = speaker('Slowly')
  const app = testApp({
    concurrency: 1,
    agents: {
      desk: async () => {
        const model = slow.model as {
          getStreamedResponse: (...args: never[]) => AsyncIterable<unknown>
        }
        const answer = model.getStreamedResponse.bind(model)
        model.getStreamedResponse = async function* later(...args) {
          await new Promise((resolve) => setTimeout(resolve, 300))
          yield* answer(...args)
        }
        return slow
      },
    },
  })
  const id = await app.submit()
  await app.agentic.runs.wait({ owner: 'ada', id })
  const { steps } = await app.agentic.admin.runs.get({ id })
  const [step] = steps
  expect(Number(step?.finishedAt) - Number(step?.startedAt)).toBeGreaterThanOrEqual(290)
})

test('a run’s page says why it failed, what that means, and what to do', async () => {
  const app = testApp({ concurrency: 1 })
  const id = await app.submit({}, 'bob')
  await app.agentic.runs.wait({ owner: 'bob', id })
  const text = await textOf(app, `admin/runs/${id}/`)
  expect(text).toMatch(
    /Why it failed Error: nothing executes in this test What that means\. The agent’s own code threw.*What to do\. Read the error; the setting debug puts.*Code agent_error/,
  )
})

test('of a long value the page has the beginning, and leads to all of it', async () => {
  const long = 'all the seats '.repeat(2_000)
  const app = testApp(scripted(calls('find_flight', { to: long }), says('Done')))
  const id = await app.submit()
  await app.agentic.runs.wait({ owner: 'ada', id })
  const html = await (await app.ask('GET', `admin/runs/${id}/`)).text()
  expect(html.length).toBeLessThan(60_000)
  const [, all = ''] =
    /<a href="\/agents\/(admin\/runs\/[^"]*step=r%2Fm0%2Ft0#[^"]*)">Show all/.exec(html) ?? []
  expect(await textOf(app, all.replaceAll('&amp;', '&'))).toContain(long.trim())
})

test('each step is shown for as long as it is kept, also when the run’s log is not', async () => {
  const database = temporaryDatabase()
  const script = scripted(calls('refund', { amount: 5 }), says('Refunded'))
  const app = testApp({ ...script, database })
  const { approvals, runs, admin } = app.agentic
  const id = await app.submit()
  await runs.wait({ owner: 'ada', id, until: 'pause' })
  const [asked] = await approvals.list({ owner: 'ada', runId: id })
  await approvals.decide({ owner: 'ada', id: String(asked?.id), decision: 'approve' })
  await runs.wait({ owner: 'ada', id })
  const page = async () => textOf(app, `admin/runs/${id}/`)
  await sql(database, 'update agentic_run set finished_at = finished_at - ?', 10 * 86_400_000)
  await admin.cleanup({ eventsDays: 7, stepsDays: 30 })
  expect(await page()).toMatch(
    /Timeline .*deleted by a cleanup.*Model ScriptedModel .*Approval refund .*Tool refund .*refunded 5/,
  )
  await admin.cleanup({ stepsDays: 7 })
  expect(await page()).not.toContain('No worker has begun with it')
})

test('a step of long ago is shown whole among those that it is shown with', async () => {
  const database = temporaryDatabase()
  const app = testApp({ database })
  const id = await app.submit()
  await sql(database, 'update agentic_run set attempt = 1')
  await sql(
    database,
    `insert into agentic_step (run_id, path, kind, state, attempt, agent_name, name, started_at, finished_at)
      select ?, 'r/m' || n, 'model', 'done', 1, 'A', 'gpt', 1000 + n, 1000 + n
      from (with recursive s(n) as (select 0 union all select n + 1 from s where n < 299)
        select n from s) as s`,
    id,
  )
  const htmlOf = async (path: string) =>
    (await (await app.ask('GET', path.replaceAll('&amp;', '&'))).text()).replaceAll('/agents/', '')
  const newest = await htmlOf(`admin/runs/${id}/`)
  const [, before = ''] = /href="([^"]*)">Earlier steps/.exec(newest) ?? []
  const earlier = await htmlOf(before)
  const [, whole = ''] = /href="([^"]*step=r%2Fm7#[^"]*)"/.exec(earlier) ?? []
  expect(await htmlOf(whole)).toContain('<details id="step-r%2Fm7" open>')
})

test('what nobody had decided when its run was cancelled is not said to wait', async () => {
  const app = testApp(scripted(calls('refund', { amount: 5 })))
  const id = await app.submit()
  await app.agentic.runs.wait({ owner: 'ada', id, until: 'pause' })
  const page = async () => textOf(app, `admin/runs/${id}/`)
  expect(await page()).toMatch(/Approval refund at \+.*, waits for a person/)
  await app.agentic.runs.cancel({ owner: 'ada', id })
  expect(await page()).toMatch(/Approval refund at \+.*, nobody decided before the run ended/)
})

test('of a run with more steps than a page has, none is said to be missing that is on another page', async () => {
  const database = temporaryDatabase()
  const app = testApp({ database })
  const id = await app.submit()
  const begun = `insert into agentic_event (run_id, sequence, type, payload, created_at)
    values (?, ?, 'run.attempt_started', ?, ?)`
  await sql(database, begun, id, 2, '{"attempt":1}', 1_000)
  await sql(database, begun, id, 3, '{"attempt":2}', 2_000)
  await sql(
    database,
    `insert into agentic_step (run_id, path, kind, state, attempt, agent_name, name, started_at)
      select ?, 'r/m' || n, 'model', 'started', 1 + n / 300, 'A', 'gpt', 1000 + n
      from (with recursive s(n) as (select 100 union all select n + 1 from s where n < 599)
        select n from s) as s`,
    id,
  )
  const newest = await textOf(app, `admin/runs/${id}/`)
  expect(newest).toMatch(/Attempt 1 .{0,80} None of its steps is on this page\./)
  expect(newest).not.toContain('No step of it is recorded.')
  const { stepsBefore } = await app.agentic.admin.runs.get({ id })
  const earlier = `admin/runs/${id}/?before=${encodeURIComponent(String(stepsBefore))}`
  expect(await textOf(app, earlier)).not.toContain('No step of it is recorded.')
  await sql(database, 'delete from agentic_step where run_id = ?', id)
  expect(await textOf(app, `admin/runs/${id}/`)).toContain('No step of it is recorded.')
})

test('of thousands of approvals a run’s page has what waits and the newest, and says how many more', async () => {
  const database = temporaryDatabase()
  const app = testApp({ ...scripted(calls('refund', { amount: 5 })), database })
  const id = await app.submit()
  await app.agentic.runs.wait({ owner: 'ada', id, until: 'pause' })
  await sql(
    database,
    `insert into agentic_approval (id, run_id, owner, path, tool_name, agent_name, arguments, status,
        created_at, decided_at, decided_by, interrupted_attempt, rest_of_run)
      select 'f' || n, ?, 'ada', 'r/x' || n, 'tool ' || n, 'Desk', '{}', 'approved', ?, 1, 'ada', 0, 0
      from (with recursive s(n) as (select 1001 union all select n + 1 from s where n < 4000)
        select n from s) as s`,
    ...[id, Date.now()],
  )
  const headers = { 'hx-request': 'true' }
  const html = await (await app.ask('GET', `admin/runs/${id}/`, { headers })).text()
  expect(html.length).toBeLessThan(300_000)
  expect(html).toContain('Waits for a decision')
  expect(html).toContain('<strong>tool 4000</strong>')
  expect(html).toContain('200 of 3,001 approvals are shown')
  expect(html).not.toContain('<strong>tool 3801</strong>')
})

test('to htmx a run’s page answers what of it can change, with what asks again while it has not ended', async () => {
  const app = testApp()
  const id = await app.submit()
  const headers = { 'hx-request': 'true' }
  const fragment = async () => (await app.ask('GET', `admin/runs/${id}/`, { headers })).text()
  const queued = await fragment()
  expect(queued).toMatch(/^<div id="run" [^>]*hx-trigger="every 2s"/)
  await app.agentic.runs.cancel({ owner: 'ada', id })
  const ended = await fragment()
  expect(ended).toMatch(/^<div id="run"/)
  expect(ended).not.toContain('hx-trigger')
})

test('whatever a run can fail of is said in words', () => {
  const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')
  const [, section = ''] = page.split('## Why a run failed')
  const codes = [...section.matchAll(/^\| `(\w+)`/gm)].map(([, code]) => code as ErrorCode)
  expect(codes.length).toBeGreaterThan(8)
  expect(codes.filter((code) => meaningOf(code) === undefined)).toEqual([])
})
