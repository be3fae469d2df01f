import { readRoute } from './places.ts'

export type Verb = 'search' | 'book' | 'price' | 'bookings' | 'cancel'

export type Choice =
  | { by: 'cheapest' | 'dearest' | 'earliest' | 'latest' | 'fastest' }
  | { by: 'place'; place: number }

/** What one part of a sentence says, and nothing else. */
export interface Clause {
  verb?: Verb
  origin?: string
  destination?: string
  date?: string
  loose: string[]
  maybe: string[]
  flights: string[]
  choices: Choice[]
  seats?: number
  /** "two bookings": how many there are to be in all. */
  times?: number
  direct: boolean
  /** "and back on Sunday". */
  back: boolean
  /** Speaks of travelling, without saying what to do about it. */
  travel: boolean
}

const flightNumber = /\b(?:([A-Z]{2}|[A-Z]\d|\d[A-Z])[ -]?(\d{2,4})|([a-z]{2})(\d{2,4}))\b/g
const ordinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth']
const ordinal = `${ordinals.join('|')}|last|[1-9](?:st|nd|rd|th)`
const thing = 'one|flight|option|result|offer|choice|connection'
const place = new RegExp(
  `\\bthe\\s+(${ordinal})\\b(?!\\s+(?:class|minute|thing|time|week|day))` +
    `|\\b(${ordinal})\\s+(?:${thing})\\b|(?:\\b(?:number|no\\.?|nr\\.?|option|flight)\\s+|#)([1-9])\\b(?!#)`,
  'gi',
)
const superlatives: [RegExp, Exclude<Choice['by'], 'place'>][] = [
  [
    /\bcheapest\b|\blowest\b|\bleast expensive\b|\bmost affordable\b|\bbest[ -]?(?:price|value)/i,
    'cheapest',
  ],
  [/\bmost expensive\b|\bdearest\b|\bpriciest\b|\bcostliest\b/i, 'dearest'],
  [/\bearliest\b|\bsoonest\b/i, 'earliest'],
  [/\blatest\b/i, 'latest'],
  [/\bfastest\b|\bquickest\b|\bshortest\b/i, 'fastest'],
]
const numberWords = ['zero', 'one', 'two', 'three', 'four', 'five', 'six']
const seats =
  /\b(two|three|four|five|six|[2-6])\s+(?:seats?|tickets?|places?|people|persons?|passengers?|adults?|of us)\b|\bfor (two|three|four)\b|\b(twice)\b/i
const bookingsInAll = /\b(two|three|four|five|six|[2-6])\s+(?:flights?|bookings?|times)\b/i

const askBookings =
  /\b(?:my|our)\s+(?:\w+\s+)?(?:bookings?|reservations?|trips?|tickets?|itinerary|flights)\b|\b(?:have|did|'ve|has)\s+(?:i|we|been)\b.*\b(?:book(?:ed)?|reserved?|bought|buy)\b|\bdo (?:i|we) have\b|\b(?:am i|is my flight|i(?:'ve| have)(?: already)?) booked\b|\b(?:list|show|see|any)\b.*\b(?:bookings|reservations)\b|^\W*bookings\W*$/i
const cancel = /\b(?:cancel|refund|unbook|undo|change my (?:booking|flight|reservation))\b/i
const book =
  /\b(?:book|reserve|buy|purchase|order|confirm)\b|\bmake\b.*\b(?:booking|reservation)s?\b/i
const choose =
  /\b(?:take|grab|pick|choose|go with|go for|i'?ll have|have|want|like|let'?s do|get)\b/i
const notBook =
  /\b(?:don'?t|do not|not|never|without)\s+(?:\w+\s+)?(?:book|reserve|buy|order|purchase)/i
const price = /\bhow (?:much|expensive)\b|\bprices?\b|\bcosts?\b|\bfares?\b|\bquote\b/i
const search =
  /\b(?:find|search|look(?:ing)? (?:for|up)|show|list|(?:are|is) there|any|do you have)\b/i
const travel =
  /\b(?:flights?|fly|flying|travel|trip|journey|get to|go(?:ing)? to|connections?|tickets?)\b/i
const back = /\b(?:back|return(?:ing)?|the other way)\b/i

export function readClause(text: string, days: readonly string[]): Clause {
  const flights = flightNumbers(text)
  const plain = text.replace(flightNumber, ' , ')
  const route = readRoute(plain.replace(place, ' , '))
  const clause: Clause = {
    ...route,
    flights,
    choices: readChoices(plain),
    direct: /\b(?:direct|non-?stop)\b/i.test(plain),
    travel: travel.test(plain),
    back: back.test(plain) && !/\breturn (?:flight|ticket)\b/i.test(plain),
  }
  const date = days[Number(/#d(\d+)#/.exec(text)?.[1])]
  if (date) clause.date = date
  const count = readNumber(seats, plain)
  if (count) clause.seats = count
  const times = readNumber(bookingsInAll, plain)
  if (times) clause.times = times
  const verb = readVerb(plain, clause)
  if (verb) clause.verb = verb
  return clause
}

/** Whether it could stand alone; otherwise it belongs to what was said before it. */
export function saysSomething(clause: Clause): boolean {
  const { verb, origin, destination, date, flights, choices } = clause
  return Boolean(verb || origin || destination || date || clause.back || flights[0] || choices[0])
}

function flightNumbers(text: string): string[] {
  const matches = text.replace(/#\w+#/g, ' ').matchAll(flightNumber)
  return [...matches].map(([, upper, digits, lower, more]) =>
    `${upper ?? lower}${digits ?? more}`.toUpperCase(),
  )
}

function readChoices(text: string): Choice[] {
  const cheapest = readNumber(/\b(two|three|[23])\s+cheapest\b/i, text)
  if (cheapest)
    return Array.from({ length: cheapest }, (_, index) => ({ by: 'place', place: index + 1 }))
  const found: Choice[] = superlatives
    .filter(([pattern]) => pattern.test(text))
    .map(([, by]) => ({ by }))
  if (found.length > 0) return found
  return [...text.matchAll(place)].map((match) => ({
    by: 'place',
    place: toPlace((match[1] ?? match[2] ?? match[3] ?? '').toLowerCase()),
  }))
}

function toPlace(word: string): number {
  if (word === 'last') return -1
  const named = ordinals.indexOf(word) + 1
  return named || Number.parseInt(word, 10)
}

function readNumber(pattern: RegExp, text: string): number | undefined {
  const match = pattern.exec(text)
  const word = (match?.[1] ?? match?.[2] ?? match?.[3])?.toLowerCase()
  if (!word) return undefined
  return word === 'twice' ? 2 : Number(word) || numberWords.indexOf(word)
}

function readVerb(text: string, clause: Clause): Verb | undefined {
  const names = Boolean(clause.flights[0] || clause.choices[0])
  if (cancel.test(text)) return 'cancel'
  if (notBook.test(text)) return clause.origin || clause.destination ? 'search' : undefined
  if (book.test(text) && !/\bhow (?:do|can|to)\b/i.test(text)) return 'book'
  if (askBookings.test(text) && !clause.origin && !clause.destination) return 'bookings'
  if (price.test(text)) return 'price'
  if (/\b(?:what|which|when|how)\b/i.test(text))
    return clause.travel || names ? 'search' : undefined
  if (choose.test(text) && isPick(text, clause)) return 'book'
  return search.test(text) ? 'search' : undefined
}

/** "I'll take the second one", but not "take me to Lima". */
function isPick(text: string, clause: Clause): boolean {
  const byPlace = clause.choices.some((choice) => choice.by === 'place')
  const isOpen = !clause.origin && !clause.destination
  return (
    clause.flights.length > 0 ||
    (isOpen &&
      (byPlace || clause.choices.length > 0 || /\b(?:it|that(?: one)?|this one)\b/i.test(text)))
  )
}
