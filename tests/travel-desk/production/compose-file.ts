import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

export interface Service {
  image?: string
  build?: { context: string; dockerfile: string }
  command?: string[]
  environment?: Record<string, string>
  depends_on?: Record<string, { condition: string }>
  healthcheck?: { test: string[] }
  deploy?: { replicas?: number }
  restart?: string
  stop_grace_period?: string
  ports?: string[]
  volumes?: string[]
}

export interface ComposeFile {
  services: Record<string, Service>
  volumes?: Record<string, unknown>
}

/** A compose file as `docker compose` reads it in this environment. */
export function readComposeFile(path: string, env: Record<string, string> = {}): ComposeFile {
  return interpolated(parse(readFileSync(path, 'utf8'), { merge: true }), env) as ComposeFile
}

/** `${NAME}` and `${NAME:-default}` become values. */
function interpolated(value: unknown, env: Record<string, string>): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(
      /\$\{(\w+)(?::-([^}]*))?\}/g,
      (_, name: string, otherwise = '') => env[name] || otherwise,
    )
  }
  if (Array.isArray(value)) return value.map((each) => interpolated(each, env))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, interpolated(each, env)]),
  )
}
