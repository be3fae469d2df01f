import type { Agentic } from '../core/api.ts'
import { CliError } from './cli-error.ts'
import { importConfig } from './import-config.ts'

/** The instance that a config file exports, as `agentic` or by default: itself, or a function that makes it. */
export async function loadInstance(path: string): Promise<Agentic> {
  const module = await importConfig(path)
  const exported = module['agentic'] ?? module['default']
  const made: unknown = await make(path, exported)
  if (isInstance(made)) return made
  throw new CliError(
    1,
    `${path} exports ${describe(module, exported)}. Expected is what createAgentic returns, or a function that returns it, as default export or under the name agentic.`,
  )
}

async function make(path: string, exported: unknown): Promise<unknown> {
  try {
    return typeof exported === 'function' ? await exported() : await exported
  } catch (cause) {
    throw new CliError(1, `The function that ${path} exports threw. Nothing was started.`, {
      cause,
    })
  }
}

/** By what it can do: the app may have another copy of the package than this command. */
function isInstance(value: unknown): value is Agentic {
  if (typeof value !== 'object' || value === null) return false
  const methods = ['work', 'health', 'migrate', 'plannedSql', 'close'] as const
  return methods.every((name) => name in value && typeof value[name as never] === 'function')
}

function describe(module: Record<string, unknown>, exported: unknown): string {
  if (exported === undefined) {
    const names = Object.keys(module)
    return names.length === 0 ? 'nothing' : `only ${names.join(', ')}`
  }
  const name = module['agentic'] === undefined ? 'by default' : 'as agentic'
  return `${typeof exported === 'function' ? 'a function that returns something else' : 'something else'} ${name}`
}
