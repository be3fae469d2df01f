import { Agent } from '@openai/agents'
import { assistantMessage, modelResponse, ScriptedModel } from '@openai/agents/testing'
import { afterAll, inject, onTestFinished } from 'vitest'
import { createAgentic, type Agentic, type AgenticOptions } from 'agentic-node'
import { databases, type DatabaseKind, type Temporary } from './databases.ts'
import { documented } from './documented.ts'

/** An empty database of the test's own, removed when the test has passed. */
export function temporaryDatabase(kind: DatabaseKind = inject('database')): string {
  const { url, remove } = databases[kind].temporary()
  onTestFinished(async ({ task }) => {
    if (task.result?.state !== 'fail') await remove()
  })
  return url
}

/** What tests of this file that are over leave to those that come. */
const emptied: Temporary[] = []
afterAll(async () => {
  for (const { remove } of emptied) await remove()
})

/** A database with nothing of anybody in it. It may have our tables: to empty them is quicker than to make new ones. */
export function emptiedDatabase(): string {
  const place = emptied.pop() ?? databases[inject('database')].temporary()
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') return
    await place.empty()
    emptied.push(place)
  })
  return place.url
}

/** An instance that is closed when the test ends. The owner of a request is its header `x-user`; answers are checked. */
export function instance(options: Partial<AgenticOptions> = {}): Agentic {
  const agentic = createAgentic({
    agents: { assistant: () => speaker('Hello!') },
    owner: (request) => request.headers.get('x-user'),
    drainSeconds: 2,
    ...options,
    database: options.database ?? emptiedDatabase(),
  })
  // What a failed or finished test still holds is not waited for.
  onTestFinished(async () => agentic.close({ now: true }))
  return documented(agentic)
}

/** Two processes, as it were, on one database: each recovers what is taken away from the other. */
export async function twoInstances(options: Partial<AgenticOptions>): Promise<[Agentic, Agentic]> {
  const database = options.database ?? emptiedDatabase()
  const both: [Agentic, Agentic] = [
    instance({ ...options, database }),
    instance({ ...options, database }),
  ]
  await Promise.all(both.map(async (agentic) => agentic.start()))
  return both
}

/** An agent that says these texts, one for each model call. */
export function speaker(...texts: string[]): Agent {
  const responses = texts.map((text) => modelResponse([assistantMessage(text)]))
  return new Agent({ name: 'Assistant', model: new ScriptedModel(responses) })
}

/** A promise settled from outside. */
export function deferred<T = void>(): {
  promise: Promise<T>
  resolve: (value: T) => void
  reject: (error: unknown) => void
} {
  return Promise.withResolvers<T>()
}
