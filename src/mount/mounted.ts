/** An instance, as a mount sees it. */
export interface Mounted<Host> {
  readonly basePath: string
  fetch(request: Request, host: Host): Promise<Response>
}

/** Whether a path, as the client sent it, is the instance's to answer. */
export function isUnder({ basePath }: { basePath: string }, url: string): boolean {
  const base = basePath.endsWith('/') ? basePath.slice(0, -1) : basePath
  const rest = url.slice(base.length)
  return url.startsWith(base) && (rest === '' || /^[/?]/.test(rest))
}
