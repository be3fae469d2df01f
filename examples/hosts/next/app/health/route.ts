import { agentic } from '../../lib/agentic'

export const GET = () => Response.json(agentic.health())
