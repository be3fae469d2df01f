/** What the environment says, checked once. README.md documents each name. */
export interface Settings {
  /** Undefined: 3000, or the next port that is free. */
  port: number | undefined
  host: string
  databaseUrl: string
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
  return {
    port: readNumber(env, 'PORT', 65_535),
    host: env.HOST || '127.0.0.1',
    databaseUrl: env.DATABASE_URL || 'file:./travel-desk.db',
    demoLogin: env.NODE_ENV !== 'production' || env.DEMO_LOGIN === 'on',
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
