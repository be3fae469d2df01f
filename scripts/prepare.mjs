// Makes a clone ready to run: Node 24, the packages, the build. Nothing happens when nothing changed.
import { cpSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  fingerprint,
  hasStamp,
  installPackages,
  isInstalled,
  removeStamp,
  writeStamp,
} from './install.mjs'
import { hasOurs, hostApps, installHostApp } from './host-apps.mjs'
import { withLock } from './lock.mjs'
import { root, runQuietly } from './processes.mjs'
import { installNode, nodeFolder, toolEnvironment } from './toolchain.mjs'

/**
 * Returns the environment in which everything of this repository runs. `whole`: with what only the slow tests need, the
 * other Nodes we support, the other runtimes, and the packages of the host apps.
 */
export async function prepare({ whole = false } = {}) {
  if (!isReady(whole)) await withLock('preparing', (onStart) => makeReady(whole, onStart))
  return toolEnvironment(nodeFolder())
}

function isReady(whole) {
  if (nodeFolder() === null || !isInstalled(packages) || !isBuilt()) return false
  if (!whole) return true
  const built = sources()
  const all = [otherNodes, otherRuntimes].every(isInstalled)
  return all && hostApps().every((app) => hasOurs(app, built))
}

/** Asks again at each step, because another process may have done it while we waited for the lock. */
async function makeReady(whole, onStart) {
  if (nodeFolder() === null) await installNode(onStart)
  const env = toolEnvironment(nodeFolder())
  const wanted = whole ? [packages, otherNodes, otherRuntimes] : [packages]
  for (const installation of wanted) {
    if (!isInstalled(installation)) await installPackages({ ...installation, env, onStart })
  }
  if (!isBuilt()) await buildPackage(env, onStart)
  if (!whole) return
  const built = sources()
  for (const app of hostApps()) {
    if (!hasOurs(app, built)) await installHostApp(app, { built, env, onStart })
  }
}

const packages = {
  name: 'packages',
  what: 'installing packages',
  folder: '.',
  stamp: fingerprint(['package.json', 'package-lock.json', '.npmrc']),
}

const otherNodes = {
  name: 'matrix',
  what: 'installing the oldest and the newest Node',
  folder: 'tools/matrix',
  stamp: fingerprint(['tools/matrix/package.json', 'tools/matrix/package-lock.json']),
}

const otherRuntimes = {
  name: 'runtimes',
  what: 'installing Bun and Deno',
  folder: 'tools/runtimes',
  stamp: fingerprint(['tools/runtimes/package.json', 'tools/runtimes/package-lock.json']),
}

const isBuilt = () => hasStamp('build', sources()) && existsSync(join(root, 'dist'))

function sources() {
  const files = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
  const names = files
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath ?? file.path, file.name))
  const inRoot = names.map((name) => name.slice(root.length + 1)).sort()
  return fingerprint(['package.json', 'tsconfig.json', 'tsconfig.build.json', ...inRoot])
}

/** Builds beside `dist` and swaps, so that a server running from it never finds half a build. */
async function buildPackage(env, onStart) {
  const stamp = sources()
  const [next, old, dist] = ['dist.next', 'dist.old', 'dist'].map((name) => join(root, name))
  for (const leftover of [next, old]) rmSync(leftover, { recursive: true, force: true })
  await runQuietly('building', 'tsc', ['-p', 'tsconfig.build.json', '--outDir', next], {
    env,
    onStart,
  })
  const isSource = (path) => path.endsWith('.ts')
  cpSync(join(root, 'src'), next, { recursive: true, filter: (path) => !isSource(path) })
  removeStamp('build')
  if (existsSync(dist)) renameSync(dist, old)
  renameSync(next, dist)
  rmSync(old, { recursive: true, force: true })
  writeStamp('build', stamp)
}
