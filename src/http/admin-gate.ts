import { AgenticError } from '../core/errors.ts'
import type { HttpConfig } from './deps.ts'

/**
 * Asks the app whether who sent this request is in charge. Nobody is without the setting. What is neither true nor
 * false, and a gate that fails, open nothing, and say nothing about the caller: 503.
 */
export async function isInCharge(
  { admin }: HttpConfig,
  request: Request,
  original: unknown,
): Promise<boolean> {
  if (admin === undefined) return false
  try {
    const isOpen: unknown = (await admin(request, original)) ?? false
    if (typeof isOpen === 'boolean') return isOpen
    throw new TypeError(`The setting \`admin\` must answer true or false, got a ${typeof isOpen}.`)
  } catch (cause) {
    throw new AgenticError('owner_unavailable', 'The setting `admin` failed.', { cause })
  }
}
