import { hostname } from 'node:os'
import { expect, test } from 'vitest'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { sql } from '../support/sql.ts'
import { appFolder, run } from './support/command.ts'
import { exportsInstance } from './support/config-files.ts'

const owner = 'ada'

/** An app whose runs nobody executes. */
async function app() {
  const database = temporaryDatabase()
  const agents = { quick: () => Promise.reject(new Error('not here')) }
  const web = instance({ database, concurrency: 0, agents })
  await web.start()
  const folder = appFolder({ 'agentic.config.ts': exportsInstance })
  const command = async (...args: string[]) => run(folder, args, { DATABASE_URL: database })
  const submit = async (session: string) =>
    (await web.runs.submit({ owner, session, input: 'Hi' })).id
  return { web, command, submit }
}

test('`agentic runs` lists, shows, cancels and retries, and says who did it', async () => {
  const { web, command, submit } = await app()
  const [one, two] = [await submit('first'), await submit('second')]
  const listed = await command('runs', 'list', '--status', 'pending', '--owner', owner)
  expect(listed).toMatchObject({ code: 0, errors: '' })
  const lines = listed.output.trimEnd().split('\n')
  expect(lines.map((line) => line.split(/ +/).slice(0, 5))).toEqual([
    ['id', 'status', 'agent', 'owner', 'session'],
    [two, 'pending', 'quick', owner, 'second'],
    [one, 'pending', 'quick', owner, 'first'],
  ])
  expect(await command('runs', 'cancel', one, '--actor', 'eve')).toMatchObject({
    output: `${one}: cancelled\n`,
  })
  const retried = JSON.parse((await command('runs', 'retry', one, '--json')).output)
  expect(retried).toMatchObject({ status: 'pending', retryOf: one, sessionKey: 'first' })
  const { data } = await web.admin.audit({ targetId: one })
  expect(data.map(({ action, actor }) => [action, actor])).toEqual([
    ['retry', expect.stringMatching(new RegExp(`^cli:.+@${hostname()}$`))],
    ['cancel', 'eve'],
  ])
  const shown = await command('runs', 'show', one)
  expect(shown.output).toMatch(/^run {6}.*\nstatus {3}cancelled\n/)
  const unknown = await command('runs', 'show', 'nobody')
  expect(unknown).toEqual({ code: 1, output: '', errors: 'agentic: There is no run "nobody".\n' })
  expect(await command('runs', 'list', '--status', 'asleep')).toMatchObject({ code: 2 })
  expect(await command('runs', 'list', '--since', '2026-02-28')).toMatchObject({ code: 0 })
  expect(await command('runs', 'list', '--since', '2026-02-31')).toMatchObject({ code: 2 })
})

test('`agentic recover` takes nothing that is not lost, and says why', async () => {
  const { command, submit } = await app()
  const id = await submit('chat')
  expect(await command('recover', '--mode', 'resume', '--json')).toEqual({
    code: 0,
    output: '{"recovered":[]}\n',
    errors: '',
  })
  const { code, errors } = await command('recover', '--run', id)
  expect(errors).toContain(`Run ${id} is pending: no worker holds it`)
  expect(code).toBe(1)
})

test('what users have written cannot move the cursor of whoever recovers their runs', async () => {
  const database = temporaryDatabase()
  const web = instance({ database, concurrency: 0 })
  await web.start()
  const { id } = await web.runs.submit({ owner: 'eve\u001B[2J', session: 'chat', input: 'Hi' })
  await sql(database, `update agentic_run set status = 'running', lease_expires_at = 1`)
  const folder = appFolder({ 'agentic.config.ts': exportsInstance })
  const { output } = await run(folder, ['recover'], { DATABASE_URL: database })
  expect(output).toBe(`${id} of eve: goes on\nRecovered: 1.\n`)
})

test('`agentic owner delete` deletes only when it is certain, and not while a run goes on', async () => {
  const { web, command, submit } = await app()
  const id = await submit('chat')
  const unasked = await command('owner', 'delete', owner)
  expect(unasked).toMatchObject({ code: 2, errors: expect.stringContaining('--yes') })
  const busy = await command('owner', 'delete', owner, '--yes')
  expect(busy).toMatchObject({ code: 1, errors: expect.stringContaining('has not ended') })
  await web.runs.cancel({ owner, id })
  const done = await command('owner', 'delete', owner, '--yes')
  expect(done).toEqual({ code: 0, output: 'Deleted ada with 1 runs.\n', errors: '' })
  expect((await web.runs.list({ owner })).data).toEqual([])
})

test('`agentic doctor` says what is wrong and ends with 1', async () => {
  const { command, submit } = await app()
  await submit('chat')
  const { code, output, errors } = await command('doctor')
  expect({ code, errors }).toEqual({ code: 1, errors: '' })
  expect(output).toMatch(/^error \(workers\): No worker .*1 run\(s\) wait.*\n {2}→ Start/)
})

test('with `--json` each of them prints one line that a program reads', async () => {
  const { web, command, submit } = await app()
  const id = await submit('chat')
  const asked = [['runs', 'list'], ['runs', 'show', id], ['doctor']]
  const [list, shown, diagnosis] = await Promise.all(
    asked.map(async (args) => {
      const { output } = await command(...args, '--json')
      expect(output.trimEnd().split('\n'), args.join(' ')).toHaveLength(1)
      return JSON.parse(output) as Record<string, unknown>
    }),
  )
  expect(list).toMatchObject({ data: [{ id }], nextCursor: null, searchedTo: null })
  expect(shown).toMatchObject({ run: { id }, attempts: [], steps: [], approvals: [] })
  expect(diagnosis).toMatchObject({ isFine: false, findings: [{ check: 'workers' }] })
  await web.runs.cancel({ owner, id })
  const gone = await command('owner', 'delete', owner, '--yes', '--json')
  expect(gone).toEqual({ code: 0, output: '{"runs":1}\n', errors: '' })
})
