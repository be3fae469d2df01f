import {
  readDatabase,
  readQueue,
  type DatabaseSettings,
  type QueueSettings,
} from './storage-settings.ts'

/** What the environment says, checked once. README.md documents each name. */
export interface Settings {
  /** Undefined: 3000, or the next port that is free. */
  port: number | undefined
  host: string
  database: DatabaseSettings
  queue: QueueSettings
  /** Runs that this process executes at once; undefined for as many as the library thinks right. */
  concurrency: number | undefined
  /** Whether a booking waits until the traveller has approved it. */
  approveBookings: boolean
  /** Whether `/gallery` is there. */
  isDevelopment: boolean
  /** Whether anybody may sign in as one of the demo users. */
  demoLogin: boolean
  /** About how long the offline model takes to answer; the tools take half of it. */
  delayMs: number
  model: ModelSettings
}

export type ModelSettings =
  | { kind: 'offline' }
  | {
      kind: 'openai'
      apiKey: string
      baseUrl: string | undefined
      name: string | undefined
      api: 'responses' | 'chat_completions'
    }

/** Slow enough to be watched. */
const offlineDelayMs = 800

type Environment = Record<string, string | undefined>

export function readSettings(env: Environment): Settings {
  const model = readModel(env)
  const database = readDatabase(env)
  const isDevelopment = env.NODE_ENV !== 'production'
  return {
    port: readNumber(env, 'PORT', 65_535),
    host: env.HOST || '127.0.0.1',
    database,
    queue: readQueue(env, database),
    concurrency: readNumber(env, 'CONCURRENCY', 10_000),
    approveBookings: readSwitch(env, 'APPROVE_BOOKINGS') ?? false,
    isDevelopment,
    demoLogin: readSwitch(env, 'DEMO_LOGIN') ?? isDevelopment,
    delayMs:
      readNumber(env, 'OFFLINE_DELAY_MS', 600_000) ??
      (model.kind === 'offline' ? offlineDelayMs : 0),
    model,
  }
}

function readModel(env: Environment): ModelSettings {
  const baseUrl = env.OPENAI_BASE_URL || undefined
  if (!env.OPENAI_API_KEY && !baseUrl) return { kind: 'offline' }
  const api = env.OPENAI_API || 'responses'
  if (api !== 'responses' && api !== 'chat_completions') {
    throw new Error(`OPENAI_API is '${api}', expected 'responses' or 'chat_completions'`)
  }
  return {
    kind: 'openai',
    // Servers of one's own mostly ask for no key, but the client insists on having one.
    apiKey: env.OPENAI_API_KEY || 'no-key',
    baseUrl,
    name: env.OPENAI_MODEL || undefined,
    api,
  }
}

function readNumber(env: Environment, name: string, highest: number): number | undefined {
  const text = env[name]
  if (!text) return undefined
  const value = Number(text)
  if (/^\d+$/.test(text) && value <= highest) return value
  throw new Error(`${name} is '${text}', expected a whole number from 0 to ${highest}`)
}

function readSwitch(env: Environment, name: string): boolean | undefined {
  const text = env[name]
  if (!text) return undefined
  if (text === 'on' || text === 'off') return text === 'on'
  throw new Error(`${name} is '${text}', expected 'on' or 'off'`)
}
