/** Addresses of our routes below the base path, each segment encoded. */
export function address(basePath: string, ...segments: string[]): string {
  const base = basePath.endsWith('/') ? basePath.slice(0, -1) : basePath
  return `${base}/${segments.map(encodeURIComponent).join('/')}/`
}
