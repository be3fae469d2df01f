import { onTestFinished } from 'vitest'
import type { Agentic } from 'agentic-node'

/**
 * The instance, whose every answer must be as `openapi.json` says: else `fetch` rejects, or the stream breaks, and the
 * test fails even if nobody looks.
 */
export function documented(agentic: Agentic): Agentic {
  const wrong: unknown[] = []
  onTestFinished(() => {
    if (wrong.length > 0) throw wrong[0]
  })
  return {
    ...agentic,
    async fetch(request, ...original) {
      // Most tests ask nothing over HTTP, and need not load what checks it.
      const { assertDocumented, checkedStream } = await import('./openapi-check.ts')
      const answer = await agentic.fetch(request, ...original)
      const address = addressBelow(agentic.basePath, request)
      try {
        await assertDocumented(request.method, address, answer)
      } catch (error) {
        wrong.push(error)
        throw error
      }
      return checkedStream(request.method, address, answer, (error) => wrong.push(error))
    },
  }
}

/** Empty for what is none of the instance's. */
function addressBelow(basePath: string, request: Request): string {
  const { pathname } = new URL(request.url)
  return pathname.startsWith(`${basePath}/`) ? pathname.slice(basePath.length) : ''
}
