import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { root } from './source-files.ts'

const script = fileURLToPath(new URL('hold-lock.mjs', import.meta.url))
let folder: string
let name: string
let counter: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'))
  name = `test-${process.pid}`
  counter = join(folder, 'counter')
  writeFileSync(counter, '0')
})

afterEach(() => {
  rmSync(folder, { recursive: true })
  rmSync(join(root, '.cache', name), { recursive: true })
})

test('ten starts at once prepare a clone one after the other', async () => {
  const count = async () => promisify(execFile)(process.execPath, [script, name, 'count', counter])
  await Promise.all(Array.from({ length: 10 }, count))
  expect(readFileSync(counter, 'utf8')).toBe('100')
})

test('a start that was killed neither keeps the lock nor leaves its child at work', async () => {
  const holder = spawn(process.execPath, [script, name, 'hang'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(holder.stdout, 'data')
  const childEnded = once(holder.stdout, 'end') // it writes to the same pipe
  holder.stdout.resume()
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  await promisify(execFile)(process.execPath, [script, name, 'count', counter])
  expect(readFileSync(counter, 'utf8')).toBe('10')
  await childEnded
})
