import { readFileSync, statSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { isAgenticError } from '../core/errors.ts'
import { CliError } from './cli-error.ts'

type Module = Record<string, unknown>

/**
 * Imports an app's config file as Node does, which strips types. What that cannot load (enums, decorators, imports
 * without an extension, paths of tsconfig.json) goes through jiti, which compiles it.
 */
export async function importConfig(path: string): Promise<Module> {
  const { href } = pathToFileURL(path)
  try {
    if (!hasStrangeLazyImport(href)) return (await import(href)) as Module
  } catch (error) {
    if (!isForCompiler(error)) throw notLoaded(path, error)
  }
  try {
    return await compile(path)
  } catch (error) {
    throw notLoaded(path, error)
  }
}

async function compile(path: string): Promise<Module> {
  const { createJiti } = await import('jiti')
  const jiti = createJiti(path, {
    tsconfigPaths: true,
    interopDefault: false,
    // Linked from a folder of sources they would be compiled too, and be there twice.
    nativeModules: ['agentic-node', '@openai/agents', '@openai/agents-core'],
  })
  return jiti.import<Module>(path)
}

/**
 * Agents are imported when a run needs them. An `import('./agents/support')` that Node would not find is noticed now,
 * while it can still be compiled, and not by the first user.
 */
function hasStrangeLazyImport(href: string): boolean {
  const text = readFileSync(fileURLToPath(href), 'utf8')
  const lazy = text.matchAll(/\bimport\(\s*(["'`])((?:\.\.?|[@~])\/[^"'`$]+)\1/g)
  return [...lazy].some(([, , specifier = '']) => {
    const target = statSync(new URL(specifier, href), { throwIfNoEntry: false })
    return target?.isFile() !== true
  })
}

const compilerCodes: unknown[] = [
  'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX',
  'ERR_INVALID_TYPESCRIPT_SYNTAX',
  'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING',
  'ERR_UNKNOWN_FILE_EXTENSION',
  'ERR_UNSUPPORTED_DIR_IMPORT',
  'ERR_MODULE_NOT_FOUND',
  'MODULE_NOT_FOUND',
]

/** A SyntaxError is also an import of a type that does not say so, and a decorator. */
function isForCompiler(error: unknown): boolean {
  if (error instanceof SyntaxError) return true
  return error instanceof Error && 'code' in error && compilerCodes.includes(error.code)
}

function notLoaded(path: string, cause: unknown): CliError {
  // A wrong setting says itself what is wrong with it.
  if (isAgenticError(cause)) return new CliError(1, `${path}: ${cause.message}`)
  return new CliError(1, `${path} could not be loaded. Nothing was started.`, { cause })
}
