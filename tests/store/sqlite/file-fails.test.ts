import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { instance, temporaryDatabase } from '../../support/instance.ts'

const owner = 'ada'
const hello = { owner, session: 'chat', input: 'Hi' }

test('a file in a folder that does not exist is an error at the first use; made later, it is used', async () => {
  const folder = join(dirname(temporaryDatabase().slice('file:'.length)), 'later')
  const agentic = instance({ database: `file:${folder}/test.db` })
  await expect(agentic.runs.submit(hello)).rejects.toMatchObject({ code: 'database_unavailable' })
  mkdirSync(folder)
  const { id } = await agentic.runs.submit(hello)
  expect((await agentic.runs.wait({ owner, id })).status).toBe('completed')
})

const script = fileURLToPath(new URL('../support/submit-and-report.ts', import.meta.url))

test('a database that may not be written is an error that says so', async () => {
  const database = temporaryDatabase()
  const file = database.slice('file:'.length)
  const agentic = instance({ database, concurrency: 0 })
  await agentic.start()
  await agentic.close()
  for (const [path, mode] of [
    [file, 0o444],
    [dirname(file), 0o555],
  ] as const) {
    chmodSync(path, mode)
  }
  try {
    // Root may write everything, so another user asks.
    const asNobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
    const { stdout } = await promisify(execFile)(process.execPath, [script, database], asNobody)
    expect(JSON.parse(stdout)).toMatchObject({
      code: 'database_unavailable',
      message: expect.stringContaining('cannot be written'),
    })
  } finally {
    chmodSync(dirname(file), 0o755)
    chmodSync(file, 0o644)
  }
  const later = instance({ database, concurrency: 0 })
  expect((await later.runs.submit(hello)).status).toBe('pending')
})
