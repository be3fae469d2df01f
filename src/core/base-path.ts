export function withoutTrailingSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path
}

/** Whether a path, as the client sent it, is below the base path, and so the instance's to answer. */
export function isUnder(basePath: string, path: string): boolean {
  const base = withoutTrailingSlash(basePath)
  const rest = path.slice(base.length)
  return path.startsWith(base) && (rest === '' || /^[/?]/.test(rest))
}
