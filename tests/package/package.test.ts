import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSourceFiles, root } from './source-files.ts'

interface Manifest {
  bin: Record<string, string>
  exports: Record<string, string | { types: string; default: string }>
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
  scripts: Record<string, string>
  peerDependencies: Record<string, string>
}

const readJson = <T>(path: string): T => JSON.parse(readFileSync(join(root, path), 'utf8'))
const manifest = readJson<Manifest>('package.json')
const files = new Map(readSourceFiles().map(({ path, text }) => [path, text]))

test('every door of the package and its command has a source file', () => {
  const doors = Object.values(manifest.exports).filter((door) => typeof door !== 'string')
  const built = [...doors.map((door) => door.default), ...Object.values(manifest.bin)]
  const sources = built.map((path) => path.replace('./dist/', '').replace(/\.js$/, '.ts'))
  expect(sources.filter((path) => !files.has(path))).toEqual([])
  expect(doors.map(({ types }) => types)).toEqual(
    doors.map((door) => door.default.replace(/js$/, 'd.ts')),
  )
})

test('the command starts with a line that says which program runs it', () => {
  expect(files.get('cli/main.ts')).toMatch(/^#!\/usr\/bin\/env node\n/)
})

test('every script of package.json starts a file that is there', () => {
  const started = Object.values(manifest.scripts).flatMap(
    (line) => line.match(/\S+\.(mjs|ts)\b/g) ?? [],
  )
  expect(started.filter((file) => !existsSync(join(root, file)))).toEqual([])
})

test('what src imports at run time is a dependency, not a tool of ours', () => {
  const users = { ...manifest.dependencies, ...manifest.peerDependencies }
  const imported = readSourceFiles().flatMap(({ imports }) =>
    imports.filter(({ isOurs }) => !isOurs),
  )
  const names = imported
    .filter(({ target }) => !target.startsWith('node:'))
    .map(({ target }) => packageOf(target))
  expect([...new Set(names)].filter((name) => !(name in users))).toEqual([])
})

test('the lockfiles are in step with package.json and record no download addresses', () => {
  for (const folder of ['.', 'tools/node']) {
    const { packages } = readJson<{ packages: Record<string, Record<string, unknown>> }>(
      join(folder, 'package-lock.json'),
    )
    const locked = packages[''] ?? {}
    const declared = readJson<Record<string, unknown>>(join(folder, 'package.json'))
    for (const kind of [
      'dependencies',
      'devDependencies',
      'peerDependencies',
      'optionalDependencies',
    ]) {
      expect(locked[kind], `${folder} ${kind}: run npm install under Node 24`).toEqual(
        declared[kind],
      )
    }
    expect(Object.keys(packages).filter((name) => 'resolved' in (packages[name] ?? {}))).toEqual([])
  }
})

/** `@scope/name/deep/path` is in the package `@scope/name`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}
