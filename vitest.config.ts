import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

/** What starts processes, browsers or package managers: minutes. */
const slow = [
  'tests/{crash,browser,hosts,travel-desk}/**/*.test.ts',
  'tests/package/{lock,tarball}.test.ts',
]
/** Of these, what keeps every core busy: one file at a time, so that short leases hold. The others mostly wait. */
const busy = [
  'tests/crash/{chaos,every-commit,every-commit-streamed,first-start,kill-points}.test.ts',
  'tests/crash/{many-workers,random-killer,sweeper}.test.ts',
]

/** Of what waits for databases, brokers and processes as much as it computes. */
const manyWorkers = availableParallelism() + 1

/** Where a database matters: these run on each of them, but for files that open none, or are about what is refused before. */
const onEveryDatabase = [
  'tests/{admin,cleanup,events,http,invariants,journal,operations,queue,regressions,runs,sessions,store}/**/*.test.ts',
  'tests/cli/{migrate,worker-health,worker-runs,worker-stops}.test.ts',
  'tests/security/rate.test.ts',
]
const onNone = [
  'tests/http/{body,cross-site,cross-site-shapes,input,sse,stream}.test.ts',
  'tests/journal/values.test.ts',
  'tests/queue/{close,contract}.test.ts',
  'tests/sessions/history-limit.test.ts',
]

export default defineConfig({
  // As NestJS has its decorators.
  oxc: { decorator: { legacy: true } },
  resolve: {
    // Tests import the package by its name, as its users do, and get the sources.
    alias: [
      { find: /^agentic-node$/, replacement: path('./src/index.ts') },
      {
        find: /^agentic-node\/(adonis|express|fastify|hono|node)$/,
        replacement: path('./src/mount/$1.ts'),
      },
      { find: /^agentic-node\/client$/, replacement: path('./src/client/index.ts') },
      { find: /^agentic-node\/testing$/, replacement: path('./src/testing/index.ts') },
      { find: /^agentic-node\/bullmq$/, replacement: path('./src/bullmq.ts') },
      { find: /^agentic-node\/graphile-worker$/, replacement: path('./src/graphile-worker.ts') },
    ],
  },
  test: {
    // A process per file: what a test leaves behind (a worker, a signal handler) cannot reach the next one.
    pool: 'forks',
    // Generous, because tests wait for conditions and never for time: a slow machine must not fail them.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    globalSetup: 'scripts/services.mjs',
    provide: { database: 'sqlite' },
    projects: [
      {
        extends: true,
        test: {
          name: 'quick',
          include: ['tests/**/*.test.ts'],
          exclude: [...slow, 'tests/store/postgres/**'],
          maxWorkers: manyWorkers,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'postgres',
          include: onEveryDatabase,
          exclude: [...onNone, 'tests/store/sqlite/**'],
          provide: { database: 'postgres' },
          maxWorkers: manyWorkers,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'slow',
          globalSetup: 'scripts/compile-scripts.mjs',
          include: slow,
          exclude: busy,
          maxWorkers: manyWorkers,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'busy',
          globalSetup: 'scripts/compile-scripts.mjs',
          include: busy,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
})
