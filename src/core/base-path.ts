export function withoutTrailingSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path
}

/** Whether a path, as the client sent it, is below the base path, and so the instance's to answer. */
export function isUnder(basePath: string, path: string): boolean {
  const base = withoutTrailingSlash(basePath)
  const rest = path.slice(base.length)
  return path.startsWith(base) && (rest === '' || /^[/?]/.test(rest))
}

/**
 * The path and query that a request line asks for. It may name a whole address (RFC 9112, 3.2.2), of which the origin
 * is left out: which one was asked is for the header `Host` to say, as always.
 */
export function originForm(target: string): string {
  return target.replace(/^https?:\/\/[^/?#]*\/?/i, '/')
}
