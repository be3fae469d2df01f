import { Agent } from '@openai/agents'
import { createAgentic } from 'agentic-node'

/** In a file of its own, loaded where runs execute: `() => import('./desk.ts').then((m) => m.desk())`. */
const desk = async (language: string) =>
  new Agent({ name: 'Desk', instructions: `Answer in ${language}.`, model: 'gpt-5.6-luna' })

export const agentic = createAgentic({
  // A factory is called once for each attempt, and again after a crash: it builds, and has no other effect.
  agents: {
    desk: async () => desk('English'),
    archive: async ({ onEnd }) => {
      const connection = await openArchive()
      onEnd(() => connection.close())
      return new Agent({ name: 'Archive', instructions: `Search ${connection.name}.` })
    },
  },
  defaultAgent: 'desk',
  owner: (request) => request.headers.get('x-user'),
  // What tools trust is made here, from the owner; `context` is what a client sent.
  context: ({ owner, context }) => ({ customer: owner, isTest: context === 'test' }),
})

/** Stands for something that must be closed, as an MCP server. */
async function openArchive() {
  return { name: 'the archive', close: () => {} }
}
