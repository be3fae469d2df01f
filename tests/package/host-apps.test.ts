import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './source-files.ts'

const folder = join(root, 'examples/hosts')
const apps = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'package.json')))
const read = (...path: string[]) => JSON.parse(readFileSync(join(root, ...path), 'utf8'))

test.each(apps)('the app on %s names exact versions, and locks what the package needs', (app) => {
  const { dependencies, devDependencies = {} } = read('examples/hosts', app, 'package.json')
  const ranges = Object.entries<string>({ ...dependencies, ...devDependencies })
  expect(ranges.filter(([, version]) => !/^(file:|npm:|\d)/.test(version))).toEqual([])
  const { packages } = read('examples/hosts', app, 'package-lock.json')
  expect(
    packages['node_modules/agentic-node'].dependencies,
    `Take agentic-node out of its lockfile, then run \`npm install --package-lock-only\` in examples/hosts/${app}.`,
  ).toEqual(read('package.json').dependencies)
})
