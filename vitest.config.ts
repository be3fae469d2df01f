import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

/** What starts processes, browsers or package managers: minutes, and one at a time, so that short leases hold. */
const slow = [
  'tests/{crash,browser,travel-desk}/**/*.test.ts',
  'tests/package/{lock,tarball}.test.ts',
]

export default defineConfig({
  resolve: {
    // Tests import the package by its name, as its users do, and get the sources.
    alias: [
      { find: /^agentic-node$/, replacement: path('./src/index.ts') },
      { find: /^agentic-node\/testing$/, replacement: path('./src/testing/index.ts') },
    ],
  },
  test: {
    // A process per file: what a test leaves behind (a worker, a signal handler) cannot reach the next one.
    pool: 'forks',
    // Generous, because tests wait for conditions and never for time: a slow machine must not fail them.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'quick',
          include: ['tests/**/*.test.ts'],
          exclude: slow,
          maxWorkers: Math.max(2, availableParallelism()),
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'slow', include: slow, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
})
