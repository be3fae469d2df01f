// A process of its own: submits one run to the file given and prints the error it got, or the run.
import { createAgentic, isAgenticError } from '../../../src/index.ts'

const [, , database = ''] = process.argv
const agentic = createAgentic({
  agents: { assistant: () => Promise.reject(new Error('nothing executes here')) },
  owner: () => null,
  database,
  concurrency: 0,
})
try {
  const run = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Hi' })
  console.log(JSON.stringify({ id: run.id }))
} catch (error) {
  if (!isAgenticError(error)) throw error
  console.log(JSON.stringify({ code: error.code, message: error.message }))
}
await agentic.close()
