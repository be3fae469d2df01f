import { withoutTrailingSlash } from '../core/base-path.ts'

/** Addresses of our routes below the base path, each segment encoded. */
export function address(basePath: string, ...segments: string[]): string {
  return `${withoutTrailingSlash(basePath)}/${segments.map(encodeURIComponent).join('/')}/`
}
