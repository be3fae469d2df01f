import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AdminAssetName, AssetName } from '../core/asset.ts'
import { address } from '../html/address.ts'
import { stylesheet } from '../html/css.ts'

export interface Asset {
  body: Uint8Array<ArrayBuffer>
  type: string
  hash: string
}

/** The types of what we serve. */
export const script = 'text/javascript; charset=utf-8'
export const css = 'text/css; charset=utf-8'

type Name = AssetName | AdminAssetName

/** What files are made of. */
export type AssetSources<Names extends Name> = Readonly<
  Record<Names, { type: string; read: () => string }>
>

export const fragmentAssets: AssetSources<AssetName> = {
  'agentic.css': { type: css, read: () => stylesheet },
  'htmx.min.js': { type: script, read: () => readFileSync(htmx(), 'utf8') },
  'hx-sse.min.js': { type: script, read: () => readFileSync(htmxSse(), 'utf8') },
}

/** The files a page may load from us, each read when it is first asked for. */
export class Assets {
  readonly #basePath: string
  readonly #sources: AssetSources<Name>
  readonly #read = new Map<Name, Asset>()

  constructor(basePath: string, sources: AssetSources<Name>) {
    this.#basePath = basePath
    this.#sources = sources
  }

  /** `/agents/static/htmx.min.4Zk1…js`: a name with the hash of its content. */
  url(name: Name): string {
    const dot = name.lastIndexOf('.')
    const file = `${name.slice(0, dot)}.${this.#get(name).hash}${name.slice(dot)}`
    return address(this.#basePath, 'static', file).replace(/\/$/, '')
  }

  /**
   * Null for a name that is none of ours. A hash that is not the content's is that of another version, as during a
   * deploy: its page is better off with this one than with none.
   */
  find(file: string): (Asset & { isExact: boolean }) | null {
    const [, stem = '', hash, ending = ''] = /^(.+?)(?:\.([-\w]{16}))?(\.\w+)$/.exec(file) ?? []
    const plain = stem + ending
    if (!this.#isOurs(plain)) return null
    const asset = this.#get(plain)
    return { ...asset, isExact: asset.hash === hash }
  }

  #isOurs(name: string): name is Name {
    return Object.hasOwn(this.#sources, name)
  }

  #get(name: Name): Asset {
    const known = this.#read.get(name)
    if (known !== undefined) return known
    const { type, read } = this.#sources[name]
    const body = new TextEncoder().encode(read())
    const hash = createHash('sha256').update(body).digest('base64url').slice(0, 16)
    const asset = { body, type, hash }
    this.#read.set(name, asset)
    return asset
  }
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
