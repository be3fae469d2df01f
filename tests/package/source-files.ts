import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync } from 'oxc-parser'

export const root = fileURLToPath(new URL('../..', import.meta.url))
const source = join(root, 'src')

/** `type` vanishes when types are stripped, `static` is loaded with the file, `dynamic` when its line runs. */
export interface Import {
  kind: 'type' | 'static' | 'dynamic'
  /** A file of ours as a path below src, e.g. `store/tables.ts`; or a package's specifier. */
  target: string
  isOurs: boolean
}

export interface SourceFile {
  /** Below src, with slashes: `store/tables.ts`. */
  path: string
  text: string
  imports: Import[]
  program: Node
}

/** A node of the syntax tree, seen as data. */
export interface Node {
  type: string
  [key: string]: unknown
}

export function readSourceFiles(): SourceFile[] {
  const names = readdirSync(source, { recursive: true, encoding: 'utf8' })
  const files = names
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.ts'))
  return files.sort().map(readSourceFile)
}

function readSourceFile(path: string): SourceFile {
  const text = readFileSync(join(source, path), 'utf8')
  const parsed = parseSync(path, text)
  const program = parsed.program as unknown as Node
  const statics = (program['body'] as Node[]).flatMap((node) => staticImport(node))
  const dynamics = parsed.module.dynamicImports.flatMap(({ moduleRequest }) => {
    // What is no literal is a file of the app, which a command of ours loads.
    const literal = /^(['"])(.+)\1$/.exec(text.slice(moduleRequest.start, moduleRequest.end))
    return literal ? [{ kind: 'dynamic' as const, specifier: literal[2] ?? '' }] : []
  })
  const imports = [...statics, ...dynamics].map(({ kind, specifier }) =>
    resolve(path, kind, specifier),
  )
  return { path, text, imports, program }
}

/** `import type` and `export type` are gone at run time; a list of inline types still loads its module. */
function staticImport(node: Node): { kind: 'type' | 'static'; specifier: string }[] {
  const from = node['source'] as { value: string } | null | undefined
  if (!from || !/^(Import|Export(Named|All))Declaration$/.test(node.type)) return []
  const isType = node['importKind'] === 'type' || node['exportKind'] === 'type'
  return [{ kind: isType ? 'type' : 'static', specifier: from.value }]
}

function resolve(from: string, kind: Import['kind'], specifier: string): Import {
  if (!specifier.startsWith('.')) return { kind, target: specifier, isOurs: false }
  const target = relative(source, join(source, dirname(from), specifier)).replaceAll('\\', '/')
  return { kind, target, isOurs: true }
}

/** Every node of a tree, with `visit` deciding what to look at. */
export function walk(node: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(node)) {
    for (const child of node) walk(child, visit)
    return
  }
  if (!isNode(node)) return
  visit(node)
  for (const child of Object.values(node)) walk(child, visit)
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
