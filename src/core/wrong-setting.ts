import type { z } from 'zod'
import { AgenticError } from './errors.ts'

/** The first wrong setting of a failed parse, as an error that names it. */
export function wrongSetting(options: unknown, error: z.ZodError): AgenticError {
  const [issue] = error.issues
  if (issue === undefined) return new AgenticError('invalid_setting', error.message)
  if (issue.code === 'unrecognized_keys') {
    const name = [...issue.path, issue.keys[0]].join('.')
    return new AgenticError(
      'invalid_setting',
      `Setting \`${name}\` is unknown. Check its spelling; docs/settings.md lists the settings.`,
    )
  }
  if (issue.path.length === 0) {
    return new AgenticError(
      'invalid_setting',
      'createAgentic needs an object of settings: at least `agents` and `owner`.',
    )
  }
  // Where a setting has no sentence of its own, the kind of value it takes is what can be said.
  const accepted =
    issue.code === 'invalid_type' && issue.message.startsWith('Invalid')
      ? `a value of the kind ${issue.expected}`
      : issue.message
  return refuse(issue.path.join('.'), valueAt(options, issue.path), accepted)
}

function valueAt(options: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null
        ? (value as Record<PropertyKey, unknown>)[key]
        : undefined,
    options,
  )
}

export function refuse(name: string, value: unknown, accepted: string): AgenticError {
  return new AgenticError(
    'invalid_setting',
    `Setting \`${name}\` is ${describe(value)}. Accepted is ${accepted}.`,
  )
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing'
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'number') return String(value)
  try {
    return (JSON.stringify(value) ?? typeof value).slice(0, 200)
  } catch {
    // It refers to itself: its type is what can be said.
    return typeof value
  }
}
