// Installs a folder's packages once per change of its package files.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, runQuietly, say } from './processes.mjs'

const cache = join(root, '.cache')

/** A value that changes when one of the files does. */
export function fingerprint(files, ...facts) {
  const hash = createHash('sha256').update(
    JSON.stringify([process.platform, process.arch, ...facts]),
  )
  for (const file of files)
    hash
      .update(`\0${file}\0`)
      .update(existsSync(join(root, file)) ? readFileSync(join(root, file)) : '')
  return hash.digest('hex')
}

/** A stamp is what was true when a piece of preparation was last completed. */
export function hasStamp(name, value) {
  const path = join(cache, `${name}.stamp`)
  return existsSync(path) && readFileSync(path, 'utf8') === value
}

export function writeStamp(name, value) {
  mkdirSync(cache, { recursive: true })
  writeFileSync(join(cache, `${name}.stamp`), value)
}

export function removeStamp(name) {
  rmSync(join(cache, `${name}.stamp`), { force: true })
}

/**
 * `npm install` and not `npm ci`: some optional packages for other platforms are missing from some registries, and
 * `npm ci` refuses the lockfile then. `--no-save` keeps the lockfile as it was committed.
 */
export async function installPackages({ name, what, folder, stamp, env, onStart }) {
  const modules = join(root, folder, 'node_modules')
  const unfinished = `${name}-unfinished`
  if (hasStamp(unfinished, 'true')) {
    // npm takes a half unpacked package for a whole one.
    say(`${what}: the last installation did not finish, starting afresh`)
    rmSync(modules, { recursive: true, force: true })
  }
  removeStamp(name)
  writeStamp(unfinished, 'true')
  await runQuietly(what, 'npm', ['install', '--no-save', '--no-audit', '--no-fund'], {
    env,
    onStart,
    cwd: join(root, folder),
  })
  writeStamp(name, stamp)
  removeStamp(unfinished)
}

export const isInstalled = ({ name, folder, stamp }) =>
  hasStamp(name, stamp) && existsSync(join(root, folder, 'node_modules', '.package-lock.json'))
