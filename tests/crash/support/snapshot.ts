import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { readEffects, type Effect } from './effects.ts'

export interface RunRow {
  id: string
  status: string
  attempt: number
  last_sequence: number
  requests: number
  input_tokens: number
  output_tokens: number
  total_tokens: number
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
}
export interface EventRow {
  run_id: string
  sequence: number
  type: string
  payload: { [key: string]: unknown }
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

export function snapshot(folder: string): Snapshot {
  const database = new DatabaseSync(join(folder, 'test.db'))
  try {
    // A process killed while it made the schema may have left none.
    const tables = database.prepare(`select name from sqlite_master where type = 'table'`).all()
    const exists = (table: string) => tables.some(({ name }) => name === table)
    const all = <T>(table: string, order = 'rowid') =>
      (exists(table)
        ? database.prepare(`select * from ${table} order by ${order}`).all()
        : []) as T[]
    const events = all<Omit<EventRow, 'payload'> & { payload: string }>(
      'agentic_event',
      'run_id, sequence',
    )
    const items = all<Omit<ItemRow, 'item'> & { payload: string }>(
      'agentic_item',
      'session_id, position',
    )
    return {
      effects: readEffects(join(folder, 'effects.log')),
      runs: all('agentic_run', 'id'),
      steps: all('agentic_step', 'run_id, path'),
      events: events.map((event) => ({ ...event, payload: JSON.parse(event.payload) })),
      items: items.map(({ payload, ...item }) => ({ ...item, item: JSON.parse(payload) })),
      audit: all('audit'),
    }
  } finally {
    database.close()
  }
}
