import type { Agentic } from '../core/api.ts'
import { isAgenticError } from '../core/errors.ts'
import { CliError } from './cli-error.ts'
import { findConfig } from './find-config.ts'
import { loadInstance } from './load-instance.ts'

/** The app's instance, as a process that executes nothing, for a command that asks it something; closed after that. */
export async function withInstance<T>(
  config: string | undefined,
  command: (agentic: Agentic) => Promise<T>,
  { isUntouched = false } = {},
): Promise<T> {
  const path = findConfig(config)
  const agentic = await loadInstance(path)
  if (!('operate' in agentic) || !('admin' in agentic)) {
    throw new CliError(
      1,
      `${path} exports an instance of an older agentic-node than this command. Install one version of it.`,
    )
  }
  try {
    // Starting it would migrate the database, or fail where it is away.
    if (!isUntouched) await agentic.operate()
    return await command(agentic)
  } catch (error) {
    if (isAgenticError(error) && error.code === 'invalid_request') {
      throw new CliError(2, error.message)
    }
    throw error
  } finally {
    await agentic.close()
  }
}
