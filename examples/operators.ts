import { Agent } from '@openai/agents'
import { createAgentic } from 'agentic-node'

export const agentic = createAgentic({
  agents: { support: () => new Agent({ name: 'Support' }) },
  owner: async (request) => (await userOf(request))?.id ?? null,
  admin: async (request) => (await userOf(request))?.role === 'operator',
})

/** Your sign-in goes here. */
async function userOf(request: Request): Promise<{ id: string; role: string } | null> {
  const id = request.headers.get('x-user')
  return id === null ? null : { id, role: id === 'kim' ? 'operator' : 'customer' }
}
