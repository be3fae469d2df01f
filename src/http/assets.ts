import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { stylesheet } from '../html/css.ts'

export interface Asset {
  body: string
  type: string
  etag: string
}

export interface Assets {
  /** Null for a name that is none of ours. */
  get(name: string): Promise<Asset | null>
}

const script = 'text/javascript; charset=utf-8'

/** The files a page may load from us; htmx is read from its package when first asked for. */
const sources = new Map<string, { type: string; read: () => string | Promise<string> }>([
  ['agentic.css', { type: 'text/css; charset=utf-8', read: () => stylesheet }],
  ['htmx.min.js', { type: script, read: async () => readFile(htmx(), 'utf8') }],
  ['hx-sse.min.js', { type: script, read: async () => readFile(htmxSse(), 'utf8') }],
])

export const assetNames = [...sources.keys()]

export function createAssets(): Assets {
  const read = new Map<string, Promise<Asset>>()
  return {
    async get(name) {
      const source = sources.get(name)
      if (source === undefined) return null
      const asset = read.get(name) ?? load(source)
      read.set(name, asset)
      // A failed read may succeed when asked again.
      asset.catch(() => read.delete(name))
      return asset
    },
  }
}

async function load(source: {
  type: string
  read: () => string | Promise<string>
}): Promise<Asset> {
  const body = await source.read()
  const digest = createHash('sha256').update(body).digest('base64url').slice(0, 22)
  return { body, type: source.type, etag: `"${digest}"` }
}

/** Literals in calls of `require.resolve`: what gathers an app's files for a container finds them by these. */
function htmx(): string {
  const require = createRequire(import.meta.url)
  return require.resolve('htmx.org/dist/htmx.min.js')
}

function htmxSse(): string {
  const require = createRequire(import.meta.url)
  return require.resolve('htmx.org/dist/ext/hx-sse.min.js')
}
