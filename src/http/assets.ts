import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Answer } from '../core/answer.ts'
import type { AdminAssetName, AssetName } from '../core/asset.ts'
import { address } from '../html/address.ts'
import { stylesheet } from '../html/css.ts'

interface Asset {
  hash: string
  /** Under a name with the content's hash it never changes; under its plain name it may with the next deploy. */
  exact: Answer
  plain: Answer
}

/** The types of what we serve. */
export const script = 'text/javascript; charset=utf-8'
export const css = 'text/css; charset=utf-8'

const forGood = 'public, max-age=31536000, immutable'
const askAgain = 'public, no-cache'

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
  readonly #exact = new Map<string, Answer>()

  constructor(basePath: string, sources: AssetSources<Name>) {
    this.#basePath = basePath
    this.#sources = sources
  }

  /** `/agents/static/htmx.min.4Zk1…js`: a name with the hash of its content. */
  url(name: Name): string {
    return this.#url(name, this.#get(name).hash)
  }

  /** What is at such an address; undefined for any other, and before anybody wanted to know that file. */
  at(url: string): Answer | undefined {
    return this.#exact.get(url)
  }

  /**
   * Null for a name that is none of ours. A hash that is not the content's is that of another version, as during a
   * deploy: its page is better off with this one than with none.
   */
  find(file: string): Answer | null {
    const [, stem = '', hash, ending = ''] = /^(.+?)(?:\.([-\w]{16}))?(\.\w+)$/.exec(file) ?? []
    const plain = stem + ending
    if (!this.#isOurs(plain)) return null
    const asset = this.#get(plain)
    return asset.hash === hash ? asset.exact : asset.plain
  }

  #isOurs(name: string): name is Name {
    return Object.hasOwn(this.#sources, name)
  }

  #get(name: Name): Asset {
    const known = this.#read.get(name)
    if (known !== undefined) return known
    const { type, read } = this.#sources[name]
    const body = read()
    const hash = createHash('sha256').update(body).digest('base64url').slice(0, 16)
    const headers = {
      ETag: `"${hash}"`,
      'X-Content-Type-Options': 'nosniff',
      'Content-Type': type,
    }
    const cached = (how: string): Answer => ({
      status: 200,
      headers: { 'Cache-Control': how, ...headers },
      body,
    })
    const asset = { hash, exact: cached(forGood), plain: cached(askAgain) }
    this.#read.set(name, asset)
    this.#exact.set(this.#url(name, hash), asset.exact)
    return asset
  }

  #url(name: Name, hash: string): string {
    const dot = name.lastIndexOf('.')
    const file = `${name.slice(0, dot)}.${hash}${name.slice(dot)}`
    return address(this.#basePath, 'static', file).replace(/\/$/, '')
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
