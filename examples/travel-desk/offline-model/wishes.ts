import { readClause, saysSomething, type Choice, type Clause, type Verb } from './clauses.ts'
import { readDates } from './dates.ts'

/** One thing the user wants; what is missing may have been said earlier in the conversation. */
export interface Draft {
  verb?: Verb
  origin?: string
  destination?: string
  date?: string
  loose: string[]
  maybe: string[]
  flight?: string
  choice?: Choice
  seats: number
  direct: boolean
  travel: boolean
  back: boolean
}

type Group = Clause & { flights: string[] }

const abbreviated = /(?:^|[\s(])(?:St|Mt|Ft|Sta|Sto|No|Nr|\p{Lu})\.$/u
const between = /\bbetween\s+(.+?)\s+and\s+/gi
const separator = /(\s*[.!?;\n]+(?=\s|$)|\s*,\s*|\s+(?:and|then|also|plus|but|&)\s+)/i

/** Takes a message apart into the things it asks for. */
export function readWishes(message: string, today: string): Draft[] {
  const { text, days } = readDates(message, today)
  const clauses = split(text.replace(between, 'from $1 to '), days)
  const groups = lookAhead(group(clauses))
  const drafts = groups.flatMap(toDrafts)
  const [only, more] = drafts
  return only && !more ? [{ ...only, seats: Math.max(only.seats, groups[0]?.times ?? 1) }] : drafts
}

/** A part that says nothing of its own goes on with the part before: "Trinidad and Tobago". */
function split(text: string, days: readonly string[]): Clause[] {
  const parts: string[] = []
  const pieces = text.split(separator)
  for (let index = 0; index < pieces.length; index += 2) {
    const [glue = '', whole = ''] = [pieces[index - 1], pieces[index]]
    const before = parts.at(-1)
    const piece = isRegion(before, glue)
      ? whole.replace(/^\p{Lu}[\p{L}.]*(?:\s\p{Lu}[\p{L}.]*)*/u, '')
      : whole
    const goesOn = !saysSomething(readClause(piece, days)) || abbreviated.test(`${before}${glue}`)
    if (before === undefined || !goesOn) parts.push(piece)
    else parts[parts.length - 1] = `${before}${glue}${piece}`
  }
  return parts.map((part) => readClause(part, days))
}

/** "from Oslo, Norway to Lima, Peru": what follows the comma says more about the place before it. */
function isRegion(before: string | undefined, glue: string): boolean {
  return (
    glue.trim() === ',' && /(?:\b[Ff]rom|\b[Tt]o|→|->|[-–—])\s+\p{Lu}[^#\d]*$/u.test(before ?? '')
  )
}

function group(clauses: Clause[]): Group[] {
  const groups: Group[] = []
  for (const clause of clauses) {
    const last = groups.at(-1)
    if (last && !startsAnew(last, clause)) merge(last, clause)
    else groups.push(last ? inherit(last, clause) : { ...clause })
  }
  return groups
}

function startsAnew(last: Group, next: Clause): boolean {
  const clashes = (['origin', 'destination', 'date'] as const).some(
    (slot) => last[slot] && next[slot] && last[slot] !== next[slot],
  )
  const isOther = (verb: Verb | undefined) => verb === 'bookings' || verb === 'cancel'
  const other = next.verb !== last.verb && (isOther(next.verb) || (isOther(last.verb) && next.verb))
  const another = (last.choices[0] || last.flights[0]) && (next.choices[0] || next.flights[0])
  const named = next.flights[0] && (last.origin || last.destination)
  const leg = last.origin && last.destination && next.back
  return Boolean(clashes || other || another || named || leg)
}

function merge(last: Group, next: Clause): void {
  last.origin ??= next.origin
  last.destination ??= next.destination
  last.date ??= next.date
  last.seats ??= next.seats
  last.loose = [...last.loose, ...next.loose]
  last.maybe = [...last.maybe, ...next.maybe]
  last.times ??= next.times
  last.flights = [...last.flights, ...next.flights]
  last.choices = [...last.choices, ...next.choices]
  last.direct ||= next.direct
  last.travel ||= next.travel
  if (!last.verb || next.verb === 'book') last.verb = next.verb ?? last.verb
}

/** "… and the cheapest from Lima to Cusco": what is not said again is meant again. */
function inherit(last: Group, next: Clause): Group {
  const verb = next.verb ?? last.verb
  const group: Group = { ...next, verb }
  if (verb !== last.verb && !(verb === 'book' && last.verb === 'search')) return group
  if (next.flights.length > 0) return group
  const back = next.back && !next.origin && !next.destination
  group.origin ??= back ? last.destination : last.origin
  group.destination ??= back ? last.origin : last.destination
  if (!next.back) group.date ??= last.date
  if (next.choices.length === 0) group.choices = last.choices
  group.seats ??= last.seats
  group.direct ||= last.direct
  return group
}

/** "Book the cheapest and the fastest from Oslo to Lima on Monday": the end speaks for the beginning. */
function lookAhead(groups: Group[]): Group[] {
  groups.forEach((_, index) => {
    const at = groups.length - 2 - index
    const [current, next] = [groups[at], groups[at + 1]]
    if (!current || !next || current.verb !== next.verb || current.flights.length > 0) return
    if (!current.origin && !current.destination && current.choices.length > 0) {
      current.origin = next.origin
      current.destination = next.destination
    }
    if (current.origin || current.destination) current.date ??= next.date
  })
  return groups
}

function toDrafts(group: Group): Draft[] {
  const { flights, choices, times: _times, seats = 1, ...rest } = group
  const draft: Draft = { ...rest, seats }
  const named = flights.map((flight) => ({ ...draft, flight }))
  if (named.length > 0) return named
  const chosen = choices.map((choice) => ({ ...draft, choice }))
  return chosen.length > 0 ? chosen : [draft]
}
