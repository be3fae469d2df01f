// A process that is killed: it holds one run in its model call and has another one waiting behind it.
import { Agent, type Model } from '@openai/agents'
import { createAgentic } from '../../../src/index.ts'

const [, , database = ''] = process.argv
const ids: string[] = []
const reached = (): Promise<never> => {
  console.log(JSON.stringify(ids))
  return new Promise(() => setInterval(() => {}, 1000))
}
const model: Model = {
  getResponse: reached,
  // oxlint-disable-next-line require-yield -- it is killed before it says anything
  async *getStreamedResponse() {
    await reached()
  },
}
const agentic = createAgentic({
  agents: { assistant: () => new Agent({ name: 'A', model }) },
  owner: () => null,
  database,
  concurrency: 1,
  lease: { seconds: 1 },
})
for (const session of ['waiting', 'running']) {
  const { id } = await agentic.runs.submit({ owner: 'ada', session, input: 'Hi' })
  ids.push(id)
}
