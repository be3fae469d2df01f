/** An instance, as a mount sees it. `Original` is the framework's own request, which its `owner` resolver looks at. */
export interface Mounted<Original> {
  readonly basePath: string
  readonly fetch: (request: Request, original: Original) => Promise<Response>
}

/** Without its trailing slash; empty at the root. */
export function baseOf({ basePath }: { basePath: string }): string {
  return basePath.endsWith('/') ? basePath.slice(0, -1) : basePath
}

/** Whether a path, as the client sent it, is the instance's to answer. */
export function isUnder(agentic: { basePath: string }, url: string): boolean {
  const base = baseOf(agentic)
  const rest = url.slice(base.length)
  return url.startsWith(base) && (rest === '' || /^[/?]/.test(rest))
}
