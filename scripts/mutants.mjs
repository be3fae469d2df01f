// `npm run mutants [-- name …]`: shows that the tests named after the invariants can fail.
//
// Each tests/mutants/*.patch breaks one invariant in src. Its header says which, and which test has to notice:
//     # invariant: at most one attempt can write to a run
//     # test: tests/integration/fencing.test.ts a late worker cannot finish a run it lost
// In a copy of the tree the test must pass before the patch and fail after it.
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { prepare } from './prepare.mjs'
import { main, root, run, say, secondsSince, Stop } from './processes.mjs'

const folder = join(root, 'tests', 'mutants')

await main(async () => {
  const mutants = chosen(process.argv.slice(2))
  const env = await prepare()
  const copy = copyTree()
  try {
    const verdicts = []
    for (const mutant of mutants) {
      const start = Date.now()
      const verdict = await judge(mutant, copy, env)
      verdicts.push(verdict)
      console.log(
        `${verdict.padEnd(8)} ${mutant.name}: ${mutant.invariant} (${secondsSince(start)})`,
      )
    }
    const killed = verdicts.filter((verdict) => verdict === 'killed').length
    console.log(`${killed} of ${mutants.length} mutants killed`)
    return killed === mutants.length ? 0 : 1
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
})

function chosen(names) {
  const patches = readdirSync(folder).filter((name) => name.endsWith('.patch'))
  const mutants = patches.sort().map((name) => readMutant(join(folder, name)))
  const picked = mutants.filter(({ name }) => names.length === 0 || names.includes(name))
  if (picked.length > 0) return picked
  throw new Stop(
    `No such mutant. There are: ${mutants.map(({ name }) => name).join(', ') || 'none'}`,
  )
}

function readMutant(path) {
  const text = readFileSync(path, 'utf8')
  const header = (key) => new RegExp(`^# ${key}: (.+)$`, 'm').exec(text)?.[1].trim()
  const [file, ...title] = header('test')?.split(' ') ?? []
  if (!header('invariant') || title.length === 0) {
    throw new Stop(
      `${path} needs the lines '# invariant: …' and '# test: <file> <name of the test>'`,
    )
  }
  return {
    name: basename(path, '.patch'),
    path,
    invariant: header('invariant'),
    file,
    title: title.join(' '),
  }
}

function copyTree() {
  const copy = mkdtempSync(join(tmpdir(), 'mutants-'))
  const skipped = new Set(['node_modules', '.git', '.cache', 'dist', 'tools'])
  for (const name of readdirSync(root)) {
    if (!skipped.has(name)) cpSync(join(root, name), join(copy, name), { recursive: true })
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction')
  return copy
}

/** Killed or survived; broken when the mutant itself is at fault, with the reason on stderr. */
async function judge(mutant, cwd, env) {
  const tool = (command, ...args) => run(command, args, { env, cwd, quiet: true })
  const patch = (...options) => tool('git', 'apply', ...options, mutant.path)
  const broken = (why, { output }) => {
    say(`${mutant.name}: ${why}\n${output.trimEnd()}`)
    return 'broken'
  }
  const before = await test(mutant, cwd, tool)
  if (before.passed === 0 || before.failed > 0)
    return broken('its test does not pass without it', before)
  const applied = await patch()
  if (applied.exitCode !== 0) return broken('the patch does not apply', applied)
  try {
    const after = await test(mutant, cwd, tool)
    if (after.passed + after.failed === 0) return broken('its test did not run with it', after)
    return after.failed > 0 ? 'killed' : 'survived'
  } finally {
    await patch('--reverse')
  }
}

/** Builds too, because tests that kill processes start the package as its users do. */
async function test({ file, title }, cwd, tool) {
  const report = join(cwd, 'report.json')
  rmSync(report, { force: true })
  const built = await tool('tsc', '-p', 'tsconfig.build.json')
  if (built.exitCode !== 0) return { passed: 0, failed: 0, output: built.output }
  const name = title.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const { output } = await tool(
    'vitest',
    'run',
    file.startsWith('tests/store/postgres/') ? '--project=postgres' : '--project=!postgres',
    file,
    '-t',
    name,
    ...reporters,
  )
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'))
    return { passed: numPassedTests, failed: numFailedTests, output }
  } catch {
    return { passed: 0, failed: 0, output } // no such file, or vitest did not get as far as a report
  }
}
