import { agentic } from '../../../lib/agentic'

const { fetch } = agentic
export { fetch as GET, fetch as POST, fetch as PUT, fetch as PATCH, fetch as DELETE }
