import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

export default defineConfig({
  resolve: {
    // Tests import the package by its name, as its users do, and get the sources.
    alias: [
      { find: /^agentic-node$/, replacement: path('./src/index.ts') },
      { find: /^agentic-node\/testing$/, replacement: path('./src/testing/index.ts') },
    ],
  },
  test: {
    include: ['tests/**/*.test.ts'],
    // A process per file: what a test leaves behind (a worker, a signal handler) cannot reach the next one.
    pool: 'forks',
    // Many tests wait for a lease to end or a process to start, so that two at once fit on any machine.
    maxWorkers: Math.max(2, availableParallelism()),
    // Generous, because tests wait for conditions and never for time: a slow machine must not fail them.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
