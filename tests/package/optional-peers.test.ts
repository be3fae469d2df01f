import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url))

test('a queue whose package is missing can be imported, and says at its first use what to install', async () => {
  const args = ['--import', path('refuse-peers.mjs'), path('use-missing-peers.ts')]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  expect(JSON.parse(stdout)).toEqual([
    expect.stringContaining('npm install bullmq ioredis'),
    expect.stringContaining('npm install bullmq ioredis'),
    expect.stringContaining('npm install graphile-worker pg'),
    expect.stringContaining('npm install graphile-worker pg'),
  ])
})
