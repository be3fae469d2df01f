import { describe, expect, test } from 'vitest'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { appFolder, start } from './support/command.ts'
import { hasInstance, instanceWith } from './support/config-files.ts'

test.each(['agentic.config.ts', 'agentic.config.mjs', 'src/agentic.config.mts'])(
  'a worker finds %s by itself',
  async (path) => {
    await expectWorks({ [path]: `${hasInstance}export default agentic` }, path)
  },
)

test('sources come before what was built of them', async () => {
  const files = {
    'dist/agentic.config.js': 'throw new Error("stale")',
    'src/agentic.config.ts': `${hasInstance}export default agentic`,
  }
  await expectWorks(files, 'src/agentic.config.ts')
})

test.each([
  ['under the name agentic', 'export { agentic }; export default {}'],
  ['from an async function', 'export default async () => agentic'],
  ['as a promise', 'export default Promise.resolve(agentic)'],
])('the instance may come %s', async (_how, text) => {
  await expectWorks({ 'settings/runs.ts': hasInstance + text }, 'settings/runs.ts', [
    '--config',
    'settings/runs.ts',
  ])
})

describe('TypeScript that Node alone does not load is compiled', () => {
  test('enums, and types that are imported like values', async () => {
    await expectWorks({
      'agentic.config.ts': `import { Kind, Shape } from './kind.ts'\n${hasInstance}
        const shape: Shape = { kind: Kind.one }
        export default shape.kind === 'one' ? agentic : null`,
      'kind.ts': `export enum Kind { one = 'one' }\nexport interface Shape { kind: Kind }`,
    })
  })

  test('imports without an extension, by the name they are built to, by paths of tsconfig.json', async () => {
    await expectWorks({
      'tsconfig.json': `{ /* of the app */ "compilerOptions": { "paths": { "@/*": ["./lib/*"] } } }`,
      'agentic.config.ts': `import { a } from './lib/a'
        import { b } from './lib/b.js'
        import { c } from '@/c'
        ${hasInstance}export default a + b + c === 'abc' ? agentic : null`,
      'lib/a.ts': `export const a: string = 'a'`,
      'lib/b.ts': `export const b: string = 'b'`,
      'lib/c.ts': `export const c: string = 'c'`,
    })
  })

  test('agents that are imported when a run needs them', async () => {
    const lazily = instanceWith(`() => import('./agents/one').then(({ make }) => make())`)
    const config = { 'agentic.config.ts': `${lazily}export default agentic` }
    const agent = `enum Name { one }\nexport function make() { throw new Error('made ' + Name[0]) }`
    const { database, worker } = await expectWorks({ ...config, 'agents/one.ts': agent })
    const web = instance({
      database,
      concurrency: 0,
      agents: { one: () => Promise.reject(new Error('not here')) },
    })
    const { id } = await web.runs.submit({ owner: 'ada', session: 'chat', input: 'Hi' })
    const run = await web.runs.wait({ owner: 'ada', id })
    expect(run, worker.errors()).toMatchObject({ status: 'failed', error: 'Error: made one' })
  })
})

async function expectWorks(
  files: Record<string, string>,
  path = 'agentic.config.ts',
  args: string[] = [],
) {
  const database = temporaryDatabase()
  const worker = start(appFolder(files), ['worker', ...args], { DATABASE_URL: database })
  await worker.said(/agents: one\n/)
  expect(worker.output()).toContain(`agentic: loaded ${path}\n`)
  return { database, worker }
}
