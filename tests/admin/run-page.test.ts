import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { ErrorCode } from '../../src/core/errors.ts'
import { meaningOf } from '../../src/admin/failure-words.ts'
import { calls, says, scripted } from '../http/agents.ts'
import { testApp } from '../http/app.ts'
import { speaker } from '../support/instance.ts'
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
