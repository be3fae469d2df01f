import { createAgentic, type Agentic, type AgenticOptions } from 'agentic-node'
import { onTestFinished } from 'vitest'
import { documented } from '../support/documented.ts'
import { emptiedDatabase } from '../support/instance.ts'

export interface Ask {
  user?: string
  headers?: Record<string, string>
  /** An object is sent as JSON, anything else as it is. */
  body?: object | string
  signal?: AbortSignal
}

export interface TestApp {
  agentic: Agentic
  ask(method: string, path: string, ask?: Ask): Promise<Response>
  /** Submits as JSON and answers the new run's id. */
  submit(fields?: Record<string, unknown>, user?: string): Promise<string>
}

/** A real instance on a database of its own. Who asks is what the header `x-user` says; by default nothing executes. */
export function testApp(options: Partial<AgenticOptions> = {}): TestApp {
  const created = createAgentic({
    agents: { desk: () => Promise.reject(new Error('nothing executes in this test')) },
    owner: (request) => request.headers.get('x-user'),
    // Ada operates the app; Bob does not.
    admin: (request) => request.headers.get('x-user') === 'ada',
    concurrency: 0,
    durability: 'normal',
    ...options,
    database: options.database ?? emptiedDatabase(),
  })
  onTestFinished(async () => created.close())
  const agentic = documented(created)

  const ask: TestApp['ask'] = async (
    method,
    path,
    { user = 'ada', headers, body, signal } = {},
  ) => {
    const isJson = typeof body === 'object'
    return agentic.fetch(
      new Request(`http://app.test/agents/${path}`, {
        method,
        headers: {
          ...(user === '' ? {} : { 'x-user': user }),
          ...(isJson ? { 'content-type': 'application/json' } : {}),
          ...headers,
        },
        body: isJson ? JSON.stringify(body) : (body ?? null),
        signal: signal ?? null,
      }),
    )
  }
  return {
    agentic,
    ask,
    async submit(fields = {}, user = 'ada') {
      const body = { session_key: 'chat-1', input: 'Hello', ...fields }
      const answer = await ask('POST', 'runs/', { user, body })
      const { run_id: id } = await answer.json()
      return String(id)
    },
  }
}
