import type { Agentic } from 'agentic-node'
import { openDesk } from './desk.ts'
import { readSettings } from './settings.ts'

/** What `agentic worker` executes, with the same environment as the web process. */
export default async function desk(): Promise<Agentic> {
  return (await openDesk(readSettings(process.env))).agentic
}
