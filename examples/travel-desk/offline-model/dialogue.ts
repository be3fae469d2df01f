import type { Choice } from './clauses.ts'
import type { Conversation, Turn } from './conversation.ts'
import { numberOf, searchesIn, type Offer } from './results.ts'
import { readWishes, type Draft } from './wishes.ts'

export interface Trip {
  origin: string
  destination: string
  date: string
}
type Part = keyof Trip

/** A wish that can be acted on, or one to ask back about. */
export type Wish =
  | { kind: 'search'; trip: Trip; direct: boolean }
  | { kind: 'book'; from: 'trip'; trip: Trip; choice: Choice; direct: boolean; seats: number }
  | { kind: 'book'; from: 'offers'; offers: Offer[]; choice: Choice; seats: number }
  | { kind: 'book'; from: 'number'; flight: string; seats: number }
  | { kind: 'price'; flight: string; offer?: Offer }
  | { kind: 'bookings' | 'cancel' | 'which' }
  | { kind: 'missing'; known: Partial<Trip>; parts: Part[]; booking: boolean; past?: string }

/** What was talked about before. */
interface Memory {
  known: Partial<Trip>
  offers: Offer[]
  /** The flight "it" would mean. */
  focus?: string
  /** Whether the last answer offered to book. */
  offered: boolean
  /** What the last answer asked for more about. */
  asked: Draft[]
}

/** What the last message wants, read with everything before it in mind. */
export function readDialogue({ turns, today }: Conversation): Wish[] {
  let memory: Memory = { known: {}, offers: [], offered: false, asked: [] }
  for (const turn of turns.slice(0, -1)) {
    memory = remember(turn, understand(turn.text, memory, today), memory)
  }
  return understand(turns.at(-1)?.text ?? '', memory, today).wishes
}

interface Understanding {
  wishes: Wish[]
  drafts: Draft[]
}

function understand(text: string, memory: Memory, today: string): Understanding {
  const said = readWishes(text, today)
  const drafts = isAnswer(said, memory) ? complete(memory.asked, said[0]!) : said
  if (drafts.every(isEmpty)) return { wishes: agrees(text, memory), drafts: [] }
  const meant = drafts.filter((draft) => !isEmpty(draft)).map((draft) => recall(draft, memory))
  return { wishes: meant.map((draft) => toWish(draft, memory, today)), drafts: meant }
}

/** A lone name among words we do not know is no journey: "what is the weather in Oslo?". */
function isEmpty(draft: Draft): boolean {
  const { verb, origin, destination, date, flight, choice, travel, back, loose, maybe } = draft
  const isNamed = loose.length > 0 && maybe.length === 0
  return !(verb || origin || destination || date || flight || choice || travel || back || isNamed)
}

/** "Oslo, tomorrow" after "Where from, and on which day?". */
function isAnswer(said: Draft[], memory: Memory): boolean {
  const [only, more] = said
  const [asked] = memory.asked
  if (!only || more || !asked || only.verb) return false
  if (isEmpty(only)) return only.maybe.length === 1 && only.loose.length === 0
  const otherOrigin = asked.origin && only.origin && asked.origin !== only.origin
  return !otherOrigin && !(asked.destination && only.destination)
}

function complete(asked: Draft[], said: Draft): Draft[] {
  return asked.map((draft) => {
    const { verb: _verb, loose, maybe, seats, ...given } = said
    const names = loose.length > 0 ? loose : maybe
    const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value))
    return {
      ...draft,
      ...present,
      seats: Math.max(draft.seats, seats),
      loose: [...draft.loose, ...names],
    }
  })
}

/** "yes" to an offer books the cheapest. */
function agrees(text: string, memory: Memory): Wish[] {
  const yes =
    /^\W*(?:yes|yeah|yep|sure|ok(?:ay)?|please do|go ahead|do it|sounds good|perfect)\b/i.test(text)
  if (!yes || !memory.offered || !memory.focus) return []
  return [{ kind: 'book', from: 'number', flight: memory.focus, seats: 1 }]
}

/** Fills what this message leaves out with what is known. */
function recall(draft: Draft, memory: Memory): Draft {
  if (draft.flight || draft.verb === 'bookings' || draft.verb === 'cancel') return draft
  const full = placeLoose(draft.back ? turnedRound(draft, memory) : draft, memory)
  const { origin, destination, date } = full
  if (!origin && !destination && !date) return full
  const isNewTrip =
    origin &&
    destination &&
    (origin !== memory.known.origin || destination !== memory.known.destination)
  return isNewTrip
    ? full
    : { ...full, ...withDefaults({ origin, destination, date }, memory.known) }
}

/** A name alone stands for what is missing; two names are from and to; "Madrid instead" is a new goal. */
function placeLoose(draft: Draft, memory: Memory): Draft {
  const [first, second] = draft.loose
  const placed = { ...draft, loose: [] }
  if (!first || (draft.origin && draft.destination)) return placed
  if (draft.origin) return { ...placed, destination: first }
  if (draft.destination) return { ...placed, origin: first }
  if (second) return { ...placed, origin: first, destination: second }
  const isKnown = memory.known.destination && !memory.known.origin
  return isKnown ? { ...placed, origin: first } : { ...placed, destination: first }
}

/** "And back on Friday?" */
function turnedRound(draft: Draft, { known }: Memory): Draft {
  if (draft.origin || draft.destination || !known.origin) return draft
  return { ...draft, origin: known.destination, destination: known.origin }
}

function withDefaults(trip: Partial<Trip>, known: Partial<Trip>): Partial<Trip> {
  return {
    origin: trip.origin ?? known.origin,
    destination: trip.destination ?? known.destination,
    date: trip.date ?? known.date,
  }
}

function toWish(draft: Draft, memory: Memory, today: string): Wish {
  const { verb, flight, seats } = draft
  if (verb === 'bookings' || verb === 'cancel') return { kind: verb }
  if (flight)
    return verb === 'book'
      ? { kind: 'book', from: 'number', flight, seats }
      : toPrice(flight, memory)
  const hasTrip = draft.origin || draft.destination || draft.date
  const again = !hasTrip && verb === 'search' && !draft.choice && isTrip(memory.known)
  if (again) return toTripWish({ ...draft, ...memory.known }, today)
  const isKnown = memory.offers.length > 0 || memory.focus
  if (!hasTrip && isKnown && (verb || draft.choice)) return fromOffers(draft, memory)
  if (!hasTrip && verb === 'book' && !draft.travel) return { kind: 'which' }
  return toTripWish(draft, today)
}

function fromOffers({ verb, choice, seats }: Draft, memory: Memory): Wish {
  const meant = choice ?? { by: 'cheapest' }
  const focus = choice ? undefined : memory.focus
  if (verb === 'book' && focus) return { kind: 'book', from: 'number', flight: focus, seats }
  if (verb === 'book')
    return { kind: 'book', from: 'offers', offers: memory.offers, choice: meant, seats }
  const flight = focus ?? pick(memory.offers, meant)?.flight_number
  return flight ? toPrice(flight, memory) : { kind: 'which' }
}

function toPrice(flight: string, { offers }: Memory): Wish {
  return { kind: 'price', flight, offer: offers.find((offer) => offer.flight_number === flight) }
}

function toTripWish(draft: Draft, today: string): Wish {
  const { origin, destination, date, direct, seats } = draft
  const booking = draft.verb === 'book'
  const past = date && date < today ? date : undefined
  if (!origin || !destination || !date || past || origin === destination) {
    const known = { origin, destination, date: past ? undefined : date }
    const parts = (['origin', 'destination', 'date'] as const).filter((part) => !known[part])
    return { kind: 'missing', known, parts, booking, past }
  }
  const trip = { origin, destination, date }
  const choice = draft.choice ?? { by: 'cheapest' }
  return booking
    ? { kind: 'book', from: 'trip', trip, choice, direct, seats }
    : { kind: 'search', trip, direct }
}

function remember(turn: Turn, { wishes, drafts }: Understanding, memory: Memory): Memory {
  const search = searchesIn(turn).findLast((found) => found.offers?.length)
  const booked = turn.uses.filter((use) => use.name === 'book_flight').at(-1)
  const priced = turn.uses.filter((use) => use.name === 'get_flight_price').at(-1)
  const asked = drafts.filter((_, index) => isQuestion(wishes[index]))
  const last = drafts.findLast((draft) => draft.origin || draft.destination || draft.date)
  const known = search ?? (last ? withDefaults(last, {}) : memory.known)
  const offers = search?.offers ?? memory.offers
  const single = booked ?? (search ? undefined : priced)
  const focus = single ? numberOf(single) : (search?.offers?.[0]?.flight_number ?? memory.focus)
  const { origin, destination, date } = known
  const offered = Boolean(search ?? priced) && !booked
  return { known: { origin, destination, date }, offers, focus, offered, asked }
}

function isQuestion(wish: Wish | undefined): boolean {
  return wish?.kind === 'missing' || wish?.kind === 'which'
}

function isTrip({ origin, destination, date }: Partial<Trip>): boolean {
  return Boolean(origin && destination && date)
}

/** The offers are in the order in which they were shown. */
export function pick(offers: Offer[], choice: Choice): Offer | undefined {
  if (choice.by === 'place') return choice.place < 0 ? offers.at(-1) : offers[choice.place - 1]
  const by = (value: (offer: Offer) => string | number) =>
    offers.toSorted((a, b) => (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0))
  if (choice.by === 'earliest') return by((offer) => offer.departs ?? '')[0]
  if (choice.by === 'latest') return by((offer) => offer.departs ?? '').at(-1)
  if (choice.by === 'fastest') return by((offer) => offer.duration_minutes ?? 0)[0]
  const byPrice = by((offer) => offer.price?.price ?? Infinity)
  return choice.by === 'cheapest' ? byPrice[0] : byPrice.at(-1)
}
