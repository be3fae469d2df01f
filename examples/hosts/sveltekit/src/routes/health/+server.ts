import { agentic } from '#lib/server/agentic.ts'

export const GET = () => Response.json(agentic.health())
