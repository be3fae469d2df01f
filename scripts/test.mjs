// `npm test`: installs what a fresh clone lacks, then checks everything. `--quick` leaves out what takes minutes.
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { getChromium } from './chromium.mjs'
import { prepare } from './prepare.mjs'
import { main, root, run, secondsSince, Stop } from './processes.mjs'
import { findServices, getServices, serviceEnvironment } from './services.mjs'

const quick = process.argv.includes('--quick')
const report = join(root, '.cache', 'vitest.json')

const checks = [
  ['types', 'tsc', '-p', 'tsconfig.json'],
  ['lint', 'oxlint'],
  ['format', 'oxfmt', '--check'],
  ...(quick
    ? []
    : [
        ['unused code', 'knip'],
        ['package', 'publint', '--strict'],
        ['package types', 'attw', '--pack', '.', '--profile', 'esm-only'],
      ]),
]

await main(async () => {
  const start = Date.now()
  const env = await prepare({ whole: !quick })
  if (!quick) await findBrowser(env)
  const services = await (quick ? findServices() : getServices())
  Object.assign(env, serviceEnvironment(services))
  const failed = []
  for (const [name, command, ...args] of checks) {
    const stageStart = Date.now()
    const { exitCode, output } = await run(command, args, { env, quiet: true })
    if (exitCode !== 0) failed.push(name)
    if (exitCode !== 0) console.log(output.trimEnd())
    console.log(`${exitCode === 0 ? '✓' : '✗'} ${name} (${secondsSince(stageStart)})`)
  }
  const testsStart = Date.now()
  const tests = await runTests(env, projectsWith(services))
  if (!tests.ok) failed.push('tests')
  console.log(`${tests.ok ? '✓' : '✗'} tests (${secondsSince(testsStart)})`)
  console.log(
    failed.length ? `FAILED: ${failed.join(', ')}` : `all stages passed in ${secondsSince(start)}`,
  )
  console.log(tests.line)
  return failed.length ? 1 : 0
})

/** Which of vitest's projects can run here, as its arguments. */
function projectsWith({ postgresUrl }) {
  if (quick) return ['--project=quick']
  return postgresUrl === '' ? ['--project=!postgres'] : []
}

async function runTests(env, projects) {
  mkdirSync(join(root, '.cache'), { recursive: true })
  rmSync(report, { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  // Hundreds of processes load the same packages: the first compiles them.
  const cached = { ...env, NODE_COMPILE_CACHE: join(root, '.cache', 'compiled') }
  const { exitCode } = await run('vitest', ['run', ...reporters, ...projects], { env: cached })
  const { passed, failed, skipped } = countTests()
  const line = `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`
  const forbiddenSkips = process.env.CI === 'true' && !quick && skipped > 0
  if (forbiddenSkips) console.log('CI=true: nothing may be skipped')
  return { ok: exitCode === 0 && failed === 0 && !forbiddenSkips, line }
}

function countTests() {
  try {
    const result = JSON.parse(readFileSync(report, 'utf8'))
    const skipped = result.numPendingTests + result.numTodoTests
    return { passed: result.numPassedTests, failed: result.numFailedTests, skipped }
  } catch {
    return { passed: 0, failed: 0, skipped: 0 } // vitest ended before it had a result; its exit code says so
  }
}

/** The browser tests find it in CHROMIUM_PATH, and skip themselves where there is none. */
async function findBrowser(env) {
  const chromium = await getChromium()
  if (chromium !== null) {
    env.CHROMIUM_PATH = chromium
    return
  }
  const hint =
    'Chromium is missing: install it (Debian: apt-get install chromium) or name one in CHROMIUM_PATH'
  if (process.env.CI === 'true') throw new Stop(hint)
  console.log(`${hint}; the browser tests are skipped`)
}
