import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { join } from 'node:path'
import { appFolder, run } from './support/command.ts'
import { hasInstance } from './support/config-files.ts'

const works = { 'agentic.config.ts': `${hasInstance}export default agentic` }

test('a worker without a config file says where it looked', async () => {
  await expectRefusal(
    {},
    [],
    2,
    'There is no config file: looked for agentic.config.{ts,mts,js,mjs} in',
  )
})

test('a config file that is not there is named', async () => {
  await expectRefusal(
    {},
    ['--config', 'other.ts'],
    2,
    /--config names \S+other\.ts, and there is no such file/,
  )
})

test.each([
  ['nothing', '', 'exports nothing.'],
  ['other names', 'export const app = 1', 'exports only app.'],
  ['something else', 'export default { fetch() {} }', 'exports something else by default.'],
  [
    'a function of something else',
    'export const agentic = () => 1',
    'exports a function that returns something else as agentic.',
  ],
])('a config file that exports %s is refused', async (_what, text, message) => {
  await expectRefusal({ 'agentic.config.ts': text }, [], 1, message)
})

test.each([
  [
    'an error',
    'setInterval(() => {}, 1000)\nthrow new Error("no KEY here")',
    /agentic\.config\.ts could not be loaded[^]*no KEY here[^]*agentic\.config\.ts:2/,
  ],
  [
    'an error of its function',
    'export default () => { throw new Error("no KEY here") }',
    /The function that \S+ exports threw[^]*no KEY here/,
  ],
  [
    'a package that is not installed',
    'import "no-such-package"',
    /could not be loaded[^]*no-such-package/,
  ],
  ['what is no TypeScript at all', 'const = 1', /could not be loaded[^]*agentic\.config\.ts/],
  [
    'a wrong setting',
    hasInstance.replace('concurrency: 0', 'concurrency: -1'),
    /agentic\.config\.ts: Setting `concurrency` is -1\. Accepted is/,
  ],
])('a config file with %s is refused with its cause', async (_what, text, message) => {
  await expectRefusal({ 'agentic.config.ts': text }, [], 1, message)
})

test('a config file that starts its instance is told not to', async () => {
  const text = `${hasInstance}await agentic.start(); export default agentic`
  await expectRefusal(
    { 'agentic.config.ts': text },
    [],
    1,
    'Call work() first, and once.',
    'started',
  )
})

test('an agent that is not registered is named', async () => {
  const message = '--agents names two, which is not registered. Registered are: one.'
  await expectRefusal(works, ['--agents', 'one, two'], 2, message)
})

test.each([
  ['--concurrency', '0'],
  ['--concurrency', 'many'],
  ['--health-port', '65536'],
  ['--drain-seconds', '-1'],
  ['--agents', 'one,'],
  ['--colour', 'red'],
])('%s %s is refused', async (name, value) => {
  await expectRefusal(works, [name, value], 2, name)
})

test('a wrong port in the environment is refused too', async () => {
  await expectRefusal(works, [], 2, "value 'http' from env 'HEALTH_PORT'", undefined, {
    HEALTH_PORT: 'http',
  })
})

test('a port that is taken is refused before anything is started', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const args = ['--health-port', String(port), '--health-host', '127.0.0.1']
  await expectRefusal(works, args, 1, /The health endpoint cannot listen: .*EADDRINUSE/)
})

test('a database that cannot be opened ends the worker', async () => {
  const env = { DATABASE_URL: 'file:/nowhere/at/all.db' }
  await expectRefusal(
    works,
    [],
    1,
    'The database /nowhere/at/all.db cannot be used.',
    undefined,
    env,
  )
})

async function expectRefusal(
  files: Record<string, string>,
  args: string[],
  code: 1 | 2,
  message: string | RegExp,
  mode?: 'started',
  env: NodeJS.ProcessEnv = {},
): Promise<void> {
  const folder = appFolder(files)
  const file = join(folder, 'app.db')
  const ended = await run(folder, ['worker', ...args], { DATABASE_URL: `file:${file}`, ...env })
  expect(ended.errors).toMatch(message)
  expect(ended.code).toBe(code)
  expect(ended.output).not.toContain('working')
  if (mode !== 'started') expect(existsSync(file), 'a database was made').toBe(false)
}
