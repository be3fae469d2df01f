// The programs that tests start hundreds of times, each with all it imports in one file: loading the sources
// and packages file by file takes three times as long, and more than all that such a process then does.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'
import { root } from './processes.mjs'

const programs = [
  'examples/travel-desk/server',
  'tests/crash/support/agent-process',
  'tests/crash/support/counting-worker',
  'tests/crash/support/paying-process',
  'tests/soak/worker-process',
  'tests/telemetry/support/traced-process',
]
/** Doors by which the programs of apps name the library. */
const doors = {
  'agentic-node': 'src/index.ts',
  'agentic-node/bullmq': 'src/bullmq.ts',
  'agentic-node/graphile-worker': 'src/graphile-worker.ts',
}

/** Our sources stay where they are for each other, and for the files that they read from beside them. */
const sources = {
  name: 'sources',
  resolveId: (specifier) => (doors[specifier] ? join(root, doors[specifier]) : null),
  transform(code, id) {
    if (id.includes('node_modules') || !code.includes('import.meta.url')) return null
    return { code: code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href)) }
  },
}

/** Vitest's global setup. `tests/crash/support/spawn.ts` finds them in the folder of this variable. */
export default async function compileScripts() {
  const folder = join(root, '.cache', 'programs')
  rmSync(folder, { recursive: true, force: true })
  const bundle = await rolldown({
    cwd: root,
    input: Object.fromEntries(programs.map((path) => [path, join(root, `${path}.ts`)])),
    platform: 'node',
    plugins: [sources],
    // The first is asked for by `pg` in case it is there; the others are packages that read files of their own.
    external: ['pg-native', 'bullmq', 'graphile-worker'],
    transform: { target: 'node24' },
  })
  await bundle.write({ dir: folder, entryFileNames: '[name].js', format: 'esm' })
  process.env.COMPILED_PROGRAMS = folder
}
