// Brings the Node this repository is developed on (tools/node) to machines that have another one.
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fingerprint, installPackages, isInstalled } from './install.mjs'
import { root, Stop } from './processes.mjs'

const folder = 'tools/node'
const pinned = JSON.parse(
  readFileSync(join(root, folder, 'package.json'), 'utf8'),
).optionalDependencies
const installation = {
  name: 'toolchain',
  what: 'installing Node 24',
  folder,
  stamp: fingerprint([`${folder}/package.json`, `${folder}/package-lock.json`]),
}

/** The folder to put first on PATH; null when that Node is still to be installed. */
export function nodeFolder() {
  if (process.versions.node.startsWith('24.')) return dirname(process.execPath)
  if (isInstalled(installation)) return packagedNode() ?? usableNode()
  return null
}

export async function installNode(onStart) {
  await installPackages({ ...installation, env: process.env, onStart })
}

/** The environment for everything else: our Node first, then the tools of this clone. */
export function toolEnvironment(nodeAt) {
  const path = [nodeAt, join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter)
  return { ...process.env, PATH: path }
}

/** npm skips packages made for other platforms, so at most one of them is there. */
function packagedNode() {
  const names = Object.keys(pinned).map((name) => join(root, folder, 'node_modules', name))
  const found = names.find((path) => existsSync(join(path, 'package.json')))
  return found && join(found, 'bin')
}

function usableNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 18)) return dirname(process.execPath)
  throw new Stop(
    `There is no npm package with Node 24 for ${process.platform}-${process.arch}, and this is Node ${process.versions.node}. ` +
      'Install Node 24 and run the command again.',
  )
}
