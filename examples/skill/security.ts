import { Agent } from '@openai/agents'
import { createAgentic } from 'agentic-node'

export const agentic = createAgentic({
  agents: { support: () => new Agent({ name: 'Support' }) },
  // Null is nobody: 401. What it throws says nothing about the caller: 503.
  owner: async (request) => userOf(request.headers.get('cookie')),
  publicOrigin: 'https://app.example', // what browsers see, where a proxy hides it
  runOptions: { maxTurns: 8 },
  limits: {
    rate: '20/m',
    ownerConcurrency: 2,
    pendingPerOwner: 10,
    streamsPerOwner: 10,
    inputBytes: 20_000,
    toolOutputBytes: 50_000,
  },
  // Events are shown to the run's owner; what nobody is to see in them is taken out before they are stored.
  redact: ({ type, payload }) =>
    type === 'tool_output' ? { ...payload, output: 'withheld' } : payload,
})

/** Your sign-in goes here. */
async function userOf(cookie: string | null): Promise<string | null> {
  return cookie === null ? null : 'ada'
}
