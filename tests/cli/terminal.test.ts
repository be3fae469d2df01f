import { uuidv7 } from 'uuidv7'
import { describe, expect, test } from 'vitest'
import { plant, stockOf } from '../cleanup/support/seed.ts'
import { instance, speaker, temporaryDatabase } from '../support/instance.ts'
import { appFolder } from './support/command.ts'
import { exportsInstanceWith } from './support/config-files.ts'
import { hasTerminal, startOnTerminal } from './support/terminal.ts'

const owner = 'ada'

describe.skipIf(!hasTerminal)('on a terminal', () => {
  /** Somebody who has had an answer. */
  async function somebody() {
    const database = temporaryDatabase()
    const agentic = instance({ database, agents: { assistant: () => speaker('Hello') } })
    const { id } = await agentic.runs.submit({ owner, session: 'chat', input: 'Hi' })
    await agentic.runs.wait({ owner, id })
    const folder = appFolder({ 'agentic.config.ts': exportsInstanceWith({}) })
    return {
      runs: async () => (await agentic.runs.list({ owner })).data.length,
      remove: () => startOnTerminal(folder, ['owner', 'delete', owner], { DATABASE_URL: database }),
    }
  }

  test('`agentic owner delete` asks, and deletes when the owner is typed', async () => {
    const { runs, remove } = await somebody()
    const asked = remove()
    await asked.shows('Delete everything of ada? Type the owner to go on: ')
    expect(await runs()).toBe(1)
    asked.type('ada\r')
    const { code, shown } = await asked.ended
    expect({ code, last: shown.trimEnd().split('\r\n').at(-1) }).toMatchObject({
      code: 0,
      last: expect.stringContaining('Deleted ada with 1 runs.'),
    })
    expect(await runs()).toBe(0)
  })

  test.each([
    ['something else', 'bob\r'],
    ['nothing', '\r'],
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('%s for an answer deletes nothing, and says so', async (_name, keys) => {
    const { runs, remove } = await somebody()
    const asked = remove()
    await asked.shows('to go on: ')
    asked.type(keys)
    const { code, shown } = await asked.ended
    expect(shown).toContain('agentic: Nothing was deleted.')
    expect(code).toBe(1)
    expect(await runs()).toBe(1)
  })

  test('`agentic cleanup` shows a bar, and Ctrl-C stops it between two batches', async () => {
    const database = temporaryDatabase()
    await instance({ database, concurrency: 0 }).start()
    const many = 1_000
    const session = { id: uuidv7(), owner, key: 'chat', age: 9, items: 2 }
    const runs = Array.from({ length: many }, () => ({
      ...{ id: uuidv7(), sessionId: session.id, age: 9, status: 'completed' as const },
      ...{ events: 1, steps: 0, approvals: 0 },
    }))
    await plant(database, { sessions: [session], runs })
    const folder = appFolder({ 'agentic.config.ts': exportsInstanceWith({ runsDays: 5 }) })
    const cleaning = startOnTerminal(folder, ['cleanup', '--batch-size', '1'], {
      DATABASE_URL: database,
    })
    await cleaning.shows(/runs .*% \| [1-9]\d* of 1000/)
    cleaning.type('\u0003')
    const { code, shown } = await cleaning.ended
    expect(shown).toContain('agentic: Interrupted. Run it again to go on.')
    expect(code).toBe(1)
    const left = Object.values((await stockOf(database)).runs)
    expect(left.length).toBeGreaterThan(0)
    expect(left.length).toBeLessThan(many)
  })
})
