import { execFileSync } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'

const root = dirname(import.meta.dirname)
const folder = join(root, 'node_modules', '.cache', 'agentic-bench')

/**
 * Compiles the library and the sides, as an app in production would run them: Node's own stripping of types costs
 * each process 25 MB and a slower start.
 */
export function compile(): void {
  rmSync(folder, { recursive: true, force: true })
  const options = ['--noEmit', 'false', '--noCheck', '--rewriteRelativeImportExtensions']
  const places = ['--rootDir', root, '--outDir', folder]
  const tsc = join(root, 'node_modules', '.bin', 'tsc')
  execFileSync(tsc, ['-p', join(root, 'tsconfig.json'), ...options, ...places])
  const isAsset = (path: string) => !path.endsWith('.ts')
  cpSync(join(root, 'src'), join(folder, 'src'), { recursive: true, filter: isAsset })
}

/** Where a file of this folder is once it is compiled. */
export function compiledPath(name: string): string {
  return join(folder, 'bench', name.replace(/\.ts$/, '.js'))
}
