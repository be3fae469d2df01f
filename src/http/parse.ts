import type { z } from 'zod'
import { AgenticError, type ErrorCode } from '../core/errors.ts'

type Issue = z.core.$ZodIssue

/** The value as its schema has it, or a 400 that names the field, what is accepted and what came. */
export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = tellingIssue(result.error.issues)
  const code: ErrorCode = issue.path[0] === 'input' ? 'invalid_input' : 'invalid_request'
  throw new AgenticError(code, describe(issue, value))
}

/** Of a union's branches, the one that got furthest says most about what the sender meant. */
function tellingIssue(issues: readonly Issue[]): Issue {
  const [issue] = issues
  if (issue === undefined) throw new TypeError('A failed check has at least one issue.')
  if (issue.code !== 'invalid_union') return issue
  const branches = issue.errors.filter((branch) => branch.length > 0).map(tellingIssue)
  const best = branches.reduce<Issue | undefined>(further, undefined)
  if (best === undefined || (best.path.length === 0 && best.code === 'invalid_type')) return issue
  return { ...best, path: [...issue.path, ...best.path] }
}

function further(best: Issue | undefined, next: Issue): Issue {
  return best === undefined || rank(next) > rank(best) ? next : best
}

function rank(issue: Issue): number {
  return issue.path.length + (issue.code === 'invalid_type' && issue.path.length === 0 ? 0 : 0.5)
}

function describe(issue: Issue, root: unknown): string {
  const path =
    issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path
  const name = path.length === 0 ? 'The request' : `\`${fieldName(path)}\``
  const value = path.reduce(valueAt, root)
  if (value === undefined) return `${name} is missing; it ${issue.message}.`
  return `${name} ${issue.message}; got ${kindOf(value)}.`
}

function fieldName(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) => {
      if (typeof key === 'number') return `[${key}]`
      return `${index === 0 ? '' : '.'}${String(key).slice(0, 60)}`
    })
    .join('')
}

function valueAt(value: unknown, key: PropertyKey): unknown {
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return undefined
  return Reflect.get(value, key)
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object') return 'an object'
  if (typeof value !== 'string') return `the ${typeof value} ${JSON.stringify(value)}`
  return value.length > 40
    ? `text of ${value.length} characters`
    : `the text ${JSON.stringify(value)}`
}
