import { AgenticError } from '../core/errors.ts'
import type { HttpConfig } from './deps.ts'

/** Asks the app who sent this request. Nobody: 401. A resolver that fails says nothing about the caller: 503. */
export async function resolveOwner(
  config: HttpConfig,
  request: Request,
  original: unknown,
): Promise<string> {
  const owner = await askApp(config, request, original)
  if (owner === null)
    throw new AgenticError('unauthenticated', 'Sign in first: nobody is signed in.')
  return owner
}

async function askApp(
  config: HttpConfig,
  request: Request,
  original: unknown,
): Promise<string | null> {
  try {
    const owner: unknown = (await config.owner(request, original)) ?? null
    if (owner === null || owner === '') return null
    if (typeof owner === 'string') return owner
    throw new TypeError(`The \`owner\` resolver must answer text or null, got a ${typeof owner}.`)
  } catch (cause) {
    throw new AgenticError('owner_unavailable', 'The `owner` resolver failed.', { cause })
  }
}
