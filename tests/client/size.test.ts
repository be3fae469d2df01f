import { gzipSync } from 'node:zlib'
import { fileURLToPath } from 'node:url'
import { build, type Rolldown } from 'vite'
import { expect, test } from 'vitest'

test('the client is below 3 KB compressed, and needs nothing else', async () => {
  const entry = fileURLToPath(new URL('../../src/client/index.ts', import.meta.url))
  const built = (await build({
    configFile: false,
    logLevel: 'silent',
    build: { write: false, minify: true, lib: { entry, formats: ['es'] } },
  })) as Rolldown.RolldownOutput[]
  const chunks = built.flatMap(({ output }) => output).filter((one) => one.type === 'chunk')
  expect(chunks.flatMap(({ imports }) => imports)).toEqual([])
  expect(gzipSync(chunks.map(({ code }) => code).join('')).byteLength).toBeLessThan(3000)
})
