import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { root } from './source-files.ts'

const folder = join(root, 'tests/mutants')
const patches = existsSync(folder)
  ? readdirSync(folder).filter((name) => name.endsWith('.patch'))
  : []

test('every mutant still applies and names a test that exists; `npm run mutants` runs them', async () => {
  const stale: string[] = []
  for (const name of patches) {
    const path = join(folder, name)
    const [, file = '', title = ''] = /^# test: (\S+) (.+)$/m.exec(readFileSync(path, 'utf8')) ?? []
    const isNamed = existsSync(join(root, file)) && read(file).includes(title)
    if (file === '' || !isNamed) stale.push(`${name}: no test '${title}' in '${file}'`)
    const applies = promisify(execFile)('git', ['apply', '--check', path], { cwd: root })
    await applies.catch((error: unknown) => stale.push(`${name}: ${String(error)}`))
  }
  expect(stale).toEqual([])
})

const read = (file: string) => readFileSync(join(root, file), 'utf8')
