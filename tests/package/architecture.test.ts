import { expect, test } from 'vitest'
import { readSourceFiles, walk, type Node, type SourceFile } from './source-files.ts'

/** What each folder of src may import besides itself: the floors of docs/architecture.md. Imports only go down. */
const everythingBelow = [
  ...[
    'core',
    'store',
    'queue',
    'journal',
    'events',
    'sessions',
    'approvals',
    'cleanup',
    'telemetry',
  ],
  'runs',
  'operations',
  ...['html', 'http', 'admin'],
]
const mayImport: Record<string, readonly string[]> = {
  core: [],
  store: ['core'],
  queue: ['core'],
  telemetry: ['core'],
  journal: ['store', 'telemetry', 'core'],
  events: ['store', 'core'],
  sessions: ['store', 'core'],
  approvals: ['store', 'core'],
  cleanup: ['store', 'core'],
  runs: [
    'journal',
    'events',
    'sessions',
    'approvals',
    'cleanup',
    'telemetry',
    'store',
    'queue',
    'core',
  ],
  operations: ['runs', 'events', 'sessions', 'approvals', 'store', 'core'],
  html: ['core'],
  http: ['html', 'runs', 'events', 'sessions', 'core'],
  admin: ['html', 'http', 'runs', 'events', 'sessions', 'core'],
  'routes.ts': ['http', 'admin'],
  'create.ts': ['routes.ts', ...everythingBelow],
  'index.ts': ['create.ts', ...everythingBelow],
  cli: ['create.ts', ...everythingBelow],
  mount: ['core'],
  client: [],
  testing: ['create.ts', ...everythingBelow],
  'bullmq.ts': ['queue', 'core'],
  'graphile-worker.ts': ['queue', 'core'],
}

/** What an app need not have installed, and the files that load it when it is first used. */
const optionalPeers: Record<string, readonly string[]> = {
  bullmq: ['queue/bullmq/redis.ts'],
  ioredis: ['queue/bullmq/redis.ts'],
  'graphile-worker': ['queue/graphile-worker/postgres.ts'],
  // A database and a queue may each be on a Postgres.
  pg: ['queue/graphile-worker/postgres.ts', 'store/postgres/driver.ts'],
}

/** Folders whose files may load the SDK, and the one door through which the rest reaches them. */
const sdkFolders = ['journal', 'sessions']
const mayLoadSdkLater = /^runs\//

const longestFile = 300

const files = readSourceFiles()
const byPath = new Map(files.map((file) => [file.path, file]))

test('imports only go down a floor', () => {
  const wrong = files.flatMap(({ path, imports }) => {
    const from = folderOf(path)
    const allowed = mayImport[from]
    if (allowed === undefined)
      return [`${path} is in '${from}', which has no row in the table of this test`]
    return imports
      .filter(({ isOurs, target }) => isOurs && folderOf(target) !== from)
      .filter(({ target }) => !allowed.includes(folderOf(target)))
      .map(({ target }) => `${path} imports ${target}; '${from}' may import ${list(allowed)}`)
  })
  expectNone(
    wrong,
    'Move what both sides need down to core/ or store/, or have the caller above pass it in as an argument. ' +
      'A new folder gets a row in this table and a line in docs/architecture.md.',
  )
})

test('there are no import cycles', () => {
  const cycles = files.flatMap(({ path }) => shortestCycle(path))
  expectNone(
    [...new Set(cycles)],
    'Move what both files need into a third one below them. Types count only where they are loaded: `import type` is free.',
  )
})

test('importing a file outside of journal/ and sessions/ never loads the Agents SDK', () => {
  expect(chainToSdk('journal/run-agent.ts'), 'this test no longer finds the SDK').not.toBeNull()
  const loading = files.filter(({ path }) => !sdkFolders.includes(folderOf(path)))
  const wrong = loading.flatMap(({ path }) => {
    const chain = chainToSdk(path)
    return chain ? [chain.join(' → ')] : []
  })
  expectNone(
    wrong,
    'The SDK costs a second and 60 MB, which a process that only serves pages must not pay. ' +
      'Use `import type`, or reach journal/ by `await import(…)` where runs execute.',
  )
})

test('what loads the Agents SDK is imported dynamically by runs/ alone', () => {
  const wrong = files.flatMap(({ path, imports }) =>
    imports
      .filter(({ kind, target }) => kind === 'dynamic' && (isSdk(target) || chainToSdk(target)))
      .filter(() => !mayLoadSdkLater.test(path))
      .map(({ target }) => `${path} imports ${target}`),
  )
  expectNone(
    wrong,
    'Only the executor of runs needs the SDK: call it there, or move this line to runs/.',
  )
})

test('an optional package is loaded at its first use, and by the files that own it alone', () => {
  const loads = files.flatMap(({ path, imports }) =>
    imports
      .filter(({ kind, target }) => kind !== 'type' && target in optionalPeers)
      .map(({ kind, target }) => ({ kind, path, target })),
  )
  const peers = Object.keys(optionalPeers)
  expect(new Set(loads.map(({ target }) => target)), 'some are not seen').toEqual(new Set(peers))
  const wrong = loads.filter(
    ({ kind, path, target }) => kind !== 'dynamic' || !optionalPeers[target]?.includes(path),
  )
  expectNone(
    wrong.map(({ path, target }) => `${path} imports ${target}`),
    'Whoever does not use it need not have it: reach it by `await import(…)` through the file that owns it.',
  )
})

test('nothing at module level can change', () => {
  const wrong = files.flatMap(({ path, program }) =>
    topLevelVariables(program)
      .filter(isMutable)
      .map(({ name }) => `${path}: ${name}`),
  )
  expectNone(
    wrong,
    'State belongs to the object createAgentic returned, so that two of them in one process do not notice each other: ' +
      'create it in a function and pass it on. A table of constants is given its entries where it is declared.',
  )
})

test('no signature says any', () => {
  const wrong = files.filter(({ program }) => {
    let found = false
    walk(program, (node) => (found ||= node.type === 'TSAnyKeyword'))
    return found
  })
  expectNone(
    wrong.map(({ path }) => path),
    'Use `unknown` and parse it once at the border.',
  )
})

test(`no file is longer than ${longestFile} lines`, () => {
  const long = files.map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
  const wrong = long.filter(({ lines }) => lines > longestFile)
  expectNone(
    wrong.map(({ path, lines }) => `${path}: ${lines} lines`),
    'Look for the second idea in it and give it a file.',
  )
})

test('no drawer files: types, utils, helpers, interfaces', () => {
  const drawers = files.filter(({ path }) =>
    /(^|\/)(types|utils?|helpers?|interfaces|common|misc)\.ts$/.test(path),
  )
  expectNone(
    drawers.map(({ path }) => path),
    'Put each thing beside the code that owns it.',
  )
})

/** `store/tables.ts` is in `store`; a file directly below src stands for itself. */
function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : path
}

const isSdk = (specifier: string) => specifier.startsWith('@openai/')
const loadedWith = (file: SourceFile) => file.imports.filter(({ kind }) => kind === 'static')

/** The files through which importing this one loads the SDK, or null. */
function chainToSdk(path: string, seen = new Set<string>()): string[] | null {
  const file = byPath.get(path)
  if (!file || seen.has(path)) return null
  seen.add(path)
  for (const { target } of loadedWith(file)) {
    const rest = isSdk(target) ? [target] : chainToSdk(target, seen)
    if (rest) return [path, ...rest]
  }
  return null
}

/** A way from a file back to itself, told once for each cycle: from its alphabetically first file. */
function shortestCycle(start: string): string[] {
  const ways = [[start]]
  const seen = new Set<string>()
  for (const way of ways) {
    const file = byPath.get(way.at(-1) ?? '')
    for (const { target } of file ? loadedWith(file) : []) {
      if (target === start)
        return way.every((path) => path >= start) ? [[...way, start].join(' → ')] : []
      if (!seen.has(target)) ways.push([...way, target])
      seen.add(target)
    }
  }
  return []
}

function topLevelVariables(program: Node): { name: string; kind: unknown; init: Node | null }[] {
  const statements = (program['body'] as Node[]).map(
    (node) => (node['declaration'] as Node | null | undefined) ?? node,
  )
  const declarations = statements.filter(({ type }) => type === 'VariableDeclaration')
  return declarations.flatMap((declaration) =>
    (declaration['declarations'] as Node[]).map((variable) => ({
      name: String((variable['id'] as Node)['name']),
      kind: declaration['kind'],
      init: variable['init'] as Node | null,
    })),
  )
}

/** `let`, and containers that start empty: nothing fills them but state. */
function isMutable({ kind, init }: { kind: unknown; init: Node | null }): boolean {
  if (kind !== 'const') return true
  if (init?.type === 'ArrayExpression') return (init['elements'] as unknown[]).length === 0
  if (init?.type === 'ObjectExpression') return (init['properties'] as unknown[]).length === 0
  if (init?.type !== 'NewExpression') return false
  const name = String((init['callee'] as Node)['name'])
  return /^(Weak)?(Map|Set)$/.test(name) && (init['arguments'] as unknown[]).length === 0
}

const list = (names: readonly string[]) => (names.length ? names.join(', ') : 'nothing of ours')

function expectNone(wrong: string[], whatToDo: string): void {
  expect(wrong, `\n${wrong.map((line) => `  ${line}`).join('\n')}\n${whatToDo}\n`).toEqual([])
}
