import type { inParts, FetchInParts } from '../core/answer.ts'

/** An instance, as a mount sees it. `Original` is the framework's own request, which its `owner` resolver looks at. */
export interface Mounted<Original> {
  readonly basePath: string
  readonly fetch: ((request: Request, original: Original) => Promise<Response>) &
    Partial<Pick<FetchInParts<Original>, typeof inParts>>
}
