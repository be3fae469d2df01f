import { agentic } from './quickstart.ts'

/** Everything is asked for by its owner; another's is `not_found`, as if it did not exist. */
export async function overview(owner: string) {
  const run = await agentic.runs.submit({ owner, session: 'chat-1', input: 'Where is order 42?' })
  const ended = await agentic.runs.wait({ owner, id: run.id })
  // A union on its status: only a completed run has an output, only a failed one an error.
  const answer = ended.status === 'completed' ? ended.output : ended.status
  return {
    answer,
    runs: (await agentic.runs.list({ owner, session: 'chat-1', limit: 20 })).data,
    items: await agentic.sessions.items({ owner, key: 'chat-1' }),
    usage: (await agentic.usage({ by: 'model', owner })).rows,
  }
}

/** Everything of a user who leaves. */
export const forget = async (owner: string) => agentic.owners.delete({ owner })
