// The apps of `examples/hosts` that bring packages of their own: installed for their tests only.
import { chmodSync, cpSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fingerprint, hasStamp, installPackages, isInstalled, writeStamp } from './install.mjs'
import { root } from './processes.mjs'

const folder = 'examples/hosts'

/** What `npm install` does in each; together with the package it is linked to, whose dependencies it installs. */
export function hostApps() {
  return readdirSync(join(root, folder))
    .filter((name) => existsSync(join(root, folder, name, 'package.json')))
    .map((name) => {
      const app = `${folder}/${name}`
      const files = [
        'package.json',
        ...['package.json', 'package-lock.json', '.npmrc'].map((file) => `${app}/${file}`),
      ]
      return {
        name: `host-${name}`,
        what: `installing the packages of ${app}`,
        folder: app,
        stamp: fingerprint(files),
      }
    })
}

/** They have the package as npm unpacks it, so what was built since is unpacked again. */
export const hasOurs = (app, built) => isInstalled(app) && hasStamp(`${app.name}-ours`, built)

export async function installHostApp(app, { built, env, onStart }) {
  if (!isInstalled(app)) await installPackages({ ...app, env, onStart })
  const ours = join(root, app.folder, 'node_modules/agentic-node')
  rmSync(join(ours, 'dist'), { recursive: true, force: true })
  for (const part of ['dist', 'package.json'])
    cpSync(join(root, part), join(ours, part), { recursive: true })
  chmodSync(join(ours, 'dist/cli/main.js'), 0o755)
  writeStamp(`${app.name}-ours`, built)
}
