import { AgenticError } from './errors.ts'
import { sessionKeyPattern } from './session.ts'

/** An owner is a text of 1 to 255 characters; anything else would be somebody nobody can be. */
export function checkOwner(owner: unknown): string {
  if (typeof owner === 'string' && owner.length >= 1 && owner.length <= 255 && isText(owner)) {
    return owner
  }
  throw new AgenticError(
    'invalid_request',
    `\`owner\` is ${describe(owner)}. Accepted is a text of 1 to 255 characters.`,
  )
}

export function checkSessionKey(key: unknown): string {
  if (typeof key === 'string' && sessionKeyPattern.test(key)) return key
  throw new AgenticError(
    'invalid_request',
    `\`session_key\` is ${describe(key)}. Accepted are 1 to 255 letters, digits, "-" and "_".`,
  )
}

/** A text from somebody who asks, as any database can compare and keep it. */
export function checkText(name: string, value: unknown, most = 255): string {
  const isFine = typeof value === 'string' && value.length >= 1 && value.length <= most
  if (isFine && isText(value)) return value
  throw new AgenticError(
    'invalid_request',
    `\`${name}\` is ${describe(value)}. Accepted is a text of 1 to ${most} characters.`,
  )
}

function isText(value: string): boolean {
  return value.isWellFormed() && !value.includes('\0')
}

/** A wrong value as it is quoted in a message. */
export function describe(value: unknown): string {
  if (typeof value === 'number') return String(value)
  return (JSON.stringify(value) ?? typeof value).slice(0, 100)
}
