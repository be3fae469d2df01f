import { abbreviations, firstWords, notPlaces, particles } from './words.ts'

export interface Route {
  origin?: string
  destination?: string
  /** Names without a word that says what they are, in order. */
  loose: string[]
  /** The same in small letters: they may be any word. */
  maybe: string[]
}

type Token = { kind: 'word' | 'arrow' | 'mark'; text: string }
type Part = { kind: 'place' | 'word' | 'arrow' | 'mark'; text: string; isSmall?: boolean }

const arrow = /(?:→|⟶|➔|➜|✈️?|-+>|=+>|>|[–—]|\s-\s)/u
const word = /(?<!\d)[\p{L}\p{M}](?:[\p{L}\p{M}'’.-]*[\p{L}\p{M}](?:(?<=\p{L}{3})\d+)?)?\.?/u
const mark = /#\w+#|\d+|[^\s]/u
const token = new RegExp(`(${arrow.source})|(${word.source})|(${mark.source})`, 'gu')

const toWords = /^(?:to|into|towards?|reach|visit|visiting|destination)$/
const fromWords = /^(?:from|leaving|leave|departing|depart|origin)$/

/** Reads where a journey begins and ends; any name will do, also one never seen before. */
export function readRoute(text: string): Route {
  const tokens = tokenize(text)
  const route = fromParts(toParts(tokens))
  return route.origin || route.destination ? route : withHyphen(tokens, route)
}

function tokenize(text: string): Token[] {
  const kinds = ['arrow', 'word', 'mark'] as const
  return [...text.matchAll(token)].map((match) => {
    const index = [match[1], match[2], match[3]].findIndex((group) => group !== undefined)
    return { kind: kinds[index] ?? 'mark', text: match[0].trim() }
  })
}

/** Puts neighbouring words of a name together. */
function toParts(tokens: Token[]): Part[] {
  const parts: Part[] = []
  for (let index = 0; index < tokens.length;) {
    const name = nameAt(tokens, index)
    if (name.length > 0) {
      parts.push(...placeFrom(name))
      index += name.length
    } else {
      const { kind, text } = tokens[index]!
      parts.push({ kind, text: text.toLowerCase() })
      index += 1
    }
  }
  return parts
}

function nameAt(tokens: Token[], start: number): string[] {
  const words: string[] = []
  for (let index = start; index < tokens.length && words.length < 6; index += 1) {
    const { kind, text } = tokens[index]!
    const goesOn = isNameWord(tokens[index + 1])
    const inside = words.length > 0 && particles.has(text.toLowerCase()) && goesOn
    const opens = goesOn && ((text === 'The' && index > 0) || isFirstWord(text))
    const isNice = words.length === 0 && text === 'Nice' && isNextToWay(tokens, index)
    if (kind !== 'word' || !(isNameWord(tokens[index]) || inside || opens || isNice)) break
    words.push(text)
    const ended = text.endsWith('.') && !abbreviations.has(text.slice(0, -1).toLowerCase())
    if (ended) break
  }
  return words
}

function isNameWord(candidate: Token | undefined): boolean {
  if (candidate?.kind !== 'word') return false
  const lower = candidate.text.toLowerCase().replace(/’/g, "'").replace(/\.$/, '')
  return !notPlaces.has(lower) && lower.length > 1
}

function isFirstWord(text: string): boolean {
  const isCapital = /^\p{Lu}/u.test(text)
  return firstWords.has(text.toLowerCase()) && (isCapital || text === 'new')
}

/** Nice is a city, and a nice word. */
function isNextToWay(tokens: Token[], index: number): boolean {
  const [before, after] = [tokens[index - 1], tokens[index + 1]]
  return [before, after].some(
    (near) => near?.kind === 'arrow' || /^(?:from|to)$/i.test(near?.text ?? ''),
  )
}

/** In a name with capitals the small words around it are no part of it: "sunny Lima". */
function placeFrom(words: string[]): Part[] {
  const isCapital = (text: string) => /^[\p{Lu}\p{Lo}]/u.test(text)
  const first = words.findIndex(isCapital)
  const last = words.findLastIndex(isCapital)
  const kept = first < 0 ? words : words.slice(first, last + 1)
  return [{ kind: 'place', text: tidy(kept), isSmall: first < 0 }]
}

function tidy(words: string[]): string {
  return words.map((text, index) => tidyWord(text, index === 0)).join(' ')
}

function tidyWord(text: string, first: boolean): string {
  const isShort = abbreviations.has(text.slice(0, -1).toLowerCase())
  if (isShort && text !== text.toLowerCase()) return text
  const bare = isShort ? text : text.replace(/\.$/, '')
  if (!first && particles.has(bare.toLowerCase())) return bare.toLowerCase()
  const shouting = bare.length > 3 && bare === bare.toUpperCase()
  const lower = bare === bare.toLowerCase()
  if (!shouting && !lower) return bare
  return bare.toLowerCase().replace(/(^|-)(\p{L})/gu, (_, dash: string, letter: string) => {
    return dash + letter.toUpperCase()
  })
}

function fromParts(parts: Part[]): Route {
  const route: Route = { loose: [], maybe: [] }
  const weak: Partial<Route> = {}
  parts.forEach((part, index) => {
    if (part.kind !== 'place') return
    const role = roleOf(parts, index)
    if (role === 'to') route.destination ??= part.text
    else if (role === 'from') route.origin ??= part.text
    else if (role === 'at') weak.destination ??= part.text
    else if (role === 'home') weak.origin ??= part.text
    else (part.isSmall ? route.maybe : route.loose).push(part.text)
  })
  return { ...weak, ...route }
}

type Role = 'from' | 'to' | 'at' | 'home' | 'loose'

function roleOf(parts: Part[], index: number): Role {
  const [before, earlier] = [textAt(parts, index - 1), textAt(parts, index - 2)]
  const after = parts[index + 1]
  if (fromWords.test(before) || (before === 'of' && earlier === 'out')) return 'from'
  if (toWords.test(before)) return 'to'
  if (before === ':' && fromWords.test(earlier)) return 'from'
  if (before === ':' && toWords.test(earlier)) return 'to'
  if (parts[index - 1]?.kind === 'arrow' && isPlace(parts[index - 2])) return 'to'
  if (after?.kind === 'arrow' && isPlace(parts[index + 2])) return 'from'
  if (after?.text === 'to' && isPlace(parts[index + 2])) return 'from'
  if (before === 'for' && /^(?:bound|heading|headed|head|flights?|tickets?)$/.test(earlier))
    return 'to'
  if (before === 'for' && isPlace(parts[index - 2])) return 'to'
  if (/^(?:in|at)$/.test(before) && /^(?:be|arrive|arriving|land|landing)$/.test(earlier))
    return 'at'
  const isHome = /^(?:am|i'm|im|live|based|home|currently)$/.test(earlier)
  return before === 'in' && isHome ? 'home' : 'loose'
}

function textAt(parts: Part[], index: number): string {
  return parts[index]?.text ?? ''
}

function isPlace(part: Part | undefined): boolean {
  return part?.kind === 'place'
}

/** "OSL-LIM" and "Paris-Rome": a hyphen is an arrow only where nothing else says the way. */
function withHyphen(tokens: Token[], route: Route): Route {
  for (const { text } of tokens) {
    const [origin, destination, more] = text.split('-')
    if (!origin || !destination || more !== undefined) continue
    if (/^\p{Lu}\p{L}{2}/u.test(origin) && /^\p{Lu}\p{L}{2}/u.test(destination)) {
      return {
        ...route,
        origin: tidyWord(origin, true),
        destination: tidyWord(destination, true),
        loose: [],
      }
    }
  }
  return route
}
