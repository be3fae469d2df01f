import { AgenticError } from '../core/errors.ts'

const done = Symbol.for('agentic-node.instrumented.v1')

/** Marks an object; false when it was marked before. */
export function firstTime(target: object, what: string): boolean {
  if (Object.hasOwn(target, done)) return false
  if (!Object.isExtensible(target)) {
    throw new AgenticError(
      'unsupported_agent',
      `${what} is frozen, so its calls cannot be recorded. Hand over an object that is not frozen.`,
    )
  }
  Object.defineProperty(target, done, { value: true })
  return true
}
