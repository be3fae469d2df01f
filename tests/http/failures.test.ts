import { expect, test } from 'vitest'
import { temporaryDatabase } from '../support/instance.ts'
import { sql, stopWrites } from '../support/sql.ts'
import { testApp } from './app.ts'

function memory() {
  const lines: { fields: Record<string, unknown>; message: string }[] = []
  const logger = {
    info() {},
    warn() {},
    error: (fields: Record<string, unknown>, message: string) => lines.push({ fields, message }),
  }
  return { lines, logger }
}

test('what nobody foresaw is a code for the client and a cause for the log', async () => {
  const { lines, logger } = memory()
  const secret = new Error('secret: /srv/app/templates/run.ts')
  const { ask, submit } = testApp({
    logger,
    templates: {
      run: () => {
        throw secret
      },
    },
  })
  const id = await submit()
  const answer = await ask('GET', `runs/${id}/fragment/`)
  expect(answer.status).toBe(500)
  const text = await answer.text()
  expect(JSON.parse(text)).toEqual({
    error: 'The server failed to answer this request.',
    code: 'internal',
  })
  expect(text).not.toContain('secret')
  expect(lines).toMatchObject([{ fields: { error: secret, path: `/agents/runs/${id}/fragment/` } }])
})

test('a table that is gone is an error that says little and passes when it is back', async () => {
  const { lines, logger } = memory()
  const database = temporaryDatabase()
  const { ask, submit } = testApp({ logger, database })
  const id = await submit()
  await sql(database, 'alter table agentic_run rename to gone')
  const broken = await ask('GET', `runs/${id}/`)
  const text = await broken.text()
  expect(broken.status).toBeGreaterThanOrEqual(500)
  expect(text).not.toMatch(/agentic_run|select|test\.db/i)
  expect(lines.length).toBeGreaterThan(0)
  await sql(database, 'alter table gone rename to agentic_run')
  expect((await ask('GET', `runs/${id}/`)).status).toBe(200)
})

test('a database that another process holds is 503 with a time to come back', async () => {
  const { logger } = memory()
  const database = temporaryDatabase()
  const { ask, submit } = testApp({ logger, database })
  await submit()
  const letWrite = await stopWrites(database)
  const answer = await ask('POST', 'runs/', { body: { session_key: 'chat-1', input: 'Hello' } })
  expect(answer.status).toBe(503)
  expect(await answer.json()).toMatchObject({ code: 'database_locked' })
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  await letWrite()
  await submit()
})

test('a closed instance says that it goes, not that it broke', async () => {
  const { ask, agentic } = testApp({ logger: memory().logger })
  await agentic.close()
  const answer = await ask('GET', 'runs/')
  expect(answer.status).toBe(503)
  expect(await answer.json()).toMatchObject({ code: 'closed' })
})
