import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, delimiter } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { root } from './source-files.ts'

const project = mkdtempSync(join(tmpdir(), 'agentic-user-'))
const manifest: { version: string; devDependencies: Record<string, string> } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
)
const quiet = ['--no-audit', '--no-fund']
let packed: string[] = []

/** npm publishes Node for these platforms in the versions of tools/matrix. */
const hasMatrix = process.platform === 'linux'

beforeAll(async () => {
  await command(process.execPath, [join(root, 'scripts/build.mjs')], root)
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', project]
  const [tarball] = Object.values<{ filename: string; files: { path: string }[] }>(
    JSON.parse(await command('npm', pack, root)),
  )
  if (!tarball) throw new Error('npm pack made no tarball')
  packed = tarball.files.map(({ path }) => path)
  const dependencies = {
    'agentic-node': `file:./${tarball.filename}`,
    '@openai/agents': manifest.devDependencies['@openai/agents'],
    zod: '^4.0.0',
  }
  writeFileSync(join(project, 'package.json'), JSON.stringify({ type: 'module', dependencies }))
  await command('npm', ['install', ...quiet], project)
  copyFileSync(new URL('smoke.ts', import.meta.url), join(project, 'smoke.ts'))
}, 300_000)

afterAll(() => rmSync(project, { recursive: true, force: true }))

test('the package contains what was built and what a reader needs, and nothing else', () => {
  const others = packed.filter((path) => !/^(dist|docs|skills)\//.test(path))
  expect(others.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'])
  const known = /\.(js|d\.ts|md|json)$|LICENSE$|^docs\/llms\.txt$/
  expect(packed.filter((path) => !known.test(path))).toEqual([])
  // What a coding agent of its user is told to read.
  expect(packed).toContain('docs/llms.txt')
  expect(packed).toContain('skills/agentic-node-integration/SKILL.md')
})

test('a project in TypeScript compiles against the installed package', async () => {
  const strict = ['--strict', '--target', 'es2023', '--module', 'nodenext', '--skipLibCheck']
  const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')]
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  await command(process.execPath, [tsc, '--noEmit', ...strict, ...types, 'smoke.ts'], project)
})

describe.runIf(hasMatrix).each(['oldest', 'newest'])('on the %s supported Node', (age) => {
  const name = `${age}-linux-${process.arch}`
  const node = join(root, 'tools/matrix/node_modules', name, 'bin/node')

  test('a run is submitted, executed and shown', async () => {
    expect(existsSync(node), '`npm test` installs it').toBe(true)
    const folder = join(project, age)
    mkdirSync(folder)
    copyFileSync(join(project, 'smoke.ts'), join(folder, 'smoke.ts'))
    expect(await command(node, ['smoke.ts'], folder)).toMatch(/^completed on v/)
  })

  test('the command line answers', async () => {
    const cli = join(project, 'node_modules/.bin/agentic')
    const help = await command(cli, ['--help'], project, dirname(node))
    expect(help).toContain('migrate')
  })

  test('a worker finds a config in TypeScript, works, and drains when it is told to', async () => {
    const folder = join(project, `${age}-worker`)
    mkdirSync(folder)
    writeFileSync(join(folder, 'agentic.config.ts'), config)
    const cli = join(project, 'node_modules/.bin/agentic')
    const worker = spawn(cli, ['worker'], { cwd: folder, env: withNode(dirname(node)) })
    onTestFinished(() => void worker.kill('SIGKILL'))
    let output = ''
    worker.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
    await expect.poll(() => output).toContain('agents: desk\n')
    worker.kill('SIGTERM')
    expect(await once(worker, 'exit')).toEqual([0, null])
  })
})

/** An enum is what Node does not load by itself: the compiler is in the package as well. */
const config = `import { createAgentic } from 'agentic-node'
enum Agents { desk = 'desk' }
export default createAgentic({
  agents: { [Agents.desk]: () => Promise.reject(new Error('not asked for')) },
  owner: () => null,
  concurrency: 0,
})
`

function withNode(folder: string): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH']}` }
}

/** Killed when it hangs, so that nothing of it is left for the next test. */
async function command(
  file: string,
  args: string[],
  cwd: string,
  nodeFolder = dirname(process.execPath),
) {
  const env = withNode(nodeFolder)
  const timeout = file === 'npm' ? 240_000 : 45_000
  const limits = { maxBuffer: 64e6, timeout, killSignal: 'SIGKILL' } as const
  const { stdout } = await promisify(execFile)(file, args, { cwd, env, ...limits })
  return stdout
}
