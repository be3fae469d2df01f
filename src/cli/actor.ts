import { hostname, userInfo } from 'node:os'

/** Who started the command, for the audit. */
export function actorOf(): string {
  return `cli:${userName()}@${hostname()}`
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // In a container the user often has no name.
    return String(process.getuid?.() ?? 'unknown')
  }
}
