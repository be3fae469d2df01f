import type { AgenticOptions } from 'agentic-node'
import { z } from 'zod'
import { routes } from '../../src/routes.ts'
import { instance, emptiedDatabase } from '../support/instance.ts'
import { calls, says, scripted } from './agents.ts'
import { testApp, type TestApp } from './app.ts'

/** Of the route table, whatever is not for reading only: one that is added is swept too. */
export const writeRoutes = routes.filter(({ method }) => method !== 'GET')

/** A request that changes something when the owner's own page sends it. */
export interface Write {
  method: string
  path: string
  fields: Record<string, unknown>
}

/** By the names that paths have for them. */
export type Things = Record<string, string[]>

/** What a request can be about: a run that has ended, and one that waits for a person, each in its session. */
export async function adasThings(database: string): Promise<Things> {
  const script = [says('Done'), calls('refund', { amount: 5 })]
  const agentic = instance({ ...scripted(...script), database })
  const run_id: string[] = []
  const session_key = ['done', 'asked']
  for (const session of session_key) {
    const { id } = await agentic.runs.submit({ owner: 'ada', session, input: 'Hello' })
    await agentic.runs.wait({ owner: 'ada', id, until: 'pause' })
    run_id.push(id)
  }
  const approvals = await agentic.approvals.list({ owner: 'ada', runId: String(run_id[1]) })
  const sessions = await agentic.sessions.list({ owner: 'ada' })
  await agentic.close()
  const session_id = sessions.data.map(({ id }) => id)
  return { run_id, approval_id: approvals.map(({ id }) => id), session_key, session_id }
}

/** An app with these things, in which nothing moves by itself. */
export async function furnishedApp(
  options: Partial<AgenticOptions> = {},
): Promise<TestApp & { database: string; things: Things }> {
  const database = emptiedDatabase()
  const things = await adasThings(database)
  return { ...testApp({ ...options, database }), database, things }
}

/** What a route can be asked to do with these things; its fields are made from its schema. */
export function writesOf(
  { method, path, body }: (typeof writeRoutes)[number],
  things: Things,
): Write[] {
  const fields = body === undefined ? {} : sample(z.toJSONSchema(body, lenient))
  const all = { ...(fields as Write['fields']), ...chosenIn(path, things) }
  return addressesOf(path, things).map((address) => ({ method, path: address, fields: all }))
}

/** What forms of the admin say besides, so that something is done. */
function chosenIn(path: string, things: Things): Write['fields'] {
  const chosen: Record<string, string[] | undefined> = {
    'admin/run-actions/': things['run_id'],
    'admin/decisions/': things['approval_id'],
  }
  const id = chosen[path]?.at(-1)
  return id === undefined ? {} : { chosen: id, confirmed: 'yes' }
}

/** The addresses of a route, with each of the things it can name. */
export function addressesOf(path: string, things: Things): string[] {
  const [, name] = /:(\w+)/.exec(path) ?? []
  if (name === undefined) return [path]
  const named = things[name]
  if (named === undefined) {
    throw new TypeError(
      `Routes name a \`${name}\` now: add some to \`adasThings\`, for this sweep.`,
    )
  }
  return named.map((thing) => path.replace(`:${name}`, thing))
}

const lenient = { io: 'input', unrepresentable: 'any' } as const

/** The least that a schema accepts. */
function sample(schema: z.core.JSONSchema.BaseSchema): unknown {
  if (schema.enum !== undefined) return schema.enum[0]
  const [first] = schema.anyOf ?? []
  if (typeof first === 'object') return sample(first)
  if (schema.type !== 'object') return 'hello'
  const required = (schema.required ?? []).map((name) => [name, sampleAt(schema, name)])
  return Object.fromEntries(required)
}

function sampleAt({ properties = {} }: z.core.JSONSchema.BaseSchema, name: string): unknown {
  const inner = properties[name]
  return typeof inner === 'object' ? sample(inner) : null
}
