import type { RequestHandler } from '@sveltejs/kit'
import { agentic } from '#lib/server/agentic.ts'

export const trailingSlash = 'ignore'

export const fallback: RequestHandler = ({ request, locals }) => agentic.fetch(request, locals)
