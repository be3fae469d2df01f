import { databases, kindOf } from '../../support/databases.ts'
import { readEffects, type Effect } from './effects.ts'

export interface RunRow {
  id: string
  status: string
  attempt: number
  last_sequence: number
  requests: number
  input_tokens: number
  output_tokens: number
  cached_tokens: number
  reasoning_tokens: number
  total_tokens: number
  cost: number
  priced_requests: number
  output: string | null
  error: string | null
  session_id: string
}
export interface StepRow {
  run_id: string
  path: string
  kind: string
  state: string
  attempt: number
  name: string
  result: string | null
  input_tokens: number
  cached_tokens: number
  output_tokens: number
  reasoning_tokens: number
  total_tokens: number | null
  cost: number | null
  finished_at: number | null
}
export interface EventRow {
  run_id: string
  sequence: number
  type: string
  payload: { [key: string]: unknown }
  created_at: number
}
export interface ItemRow {
  session_id: string
  position: number
  run_id: string
  item: { [key: string]: unknown }
}

/** All that the world and the database know at a moment when no process runs. */
export interface Snapshot {
  effects: Effect[]
  runs: RunRow[]
  steps: StepRow[]
  events: EventRow[]
  items: ItemRow[]
  audit: { what: string; run_id: string; detail: string }[]
}

type Raw<T> = { payload: string } & T

export async function snapshot(place: { database: string; effects: string }): Promise<Snapshot> {
  const kind = kindOf(place.database)
  const connection = await databases[kind].connect(place.database)
  try {
    const names = await connection.query(databases[kind].tables)
    const all = async <T>(table: string, order: string) => {
      // A process killed while it made the schema may have left none.
      if (!names.some(({ name }) => name === table)) return []
      return (await connection.query(`select * from ${table} order by ${order}`)) as T[]
    }
    const events = await all<Raw<EventRow>>('agentic_event', 'run_id, sequence')
    const items = await all<Raw<ItemRow>>('agentic_item', 'session_id, position')
    return {
      effects: readEffects(place.effects),
      runs: await all('agentic_run', 'id'),
      steps: await all('agentic_step', 'run_id, path'),
      events: events.map((event) => ({ ...event, payload: JSON.parse(String(event.payload)) })),
      items: items.map(({ payload, ...item }) => ({ ...item, item: JSON.parse(payload) })),
      audit: await all('audit', 'run_id, what, detail'),
    }
  } finally {
    await connection.close()
  }
}
