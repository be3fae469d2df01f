import type { Turn } from './conversation.ts'
import { isDirect, numberOf, searchesIn, type Offer } from './results.ts'
import type { Draft } from './wishes.ts'

export interface Trip {
  origin: string
  destination: string
  date: string
}
/** What was talked about before. */
export interface Memory {
  known: Partial<Trip>
  offers: Offer[]
  /** The flight "it" would mean. */
  focus?: string
  /** Whether the last answer offered to book. */
  offered: boolean
  /** What the last answer asked for more about. */
  asked: Draft[]
}

export const nothingYet: Memory = { known: {}, offers: [], offered: false, asked: [] }

interface Said {
  said: Draft[]
  /** Those that had to be asked back about. */
  asked: Draft[]
}

/** The memory after a turn: what its tools found counts more than what was said. */
export function remember(turn: Turn, { said, asked }: Said, memory: Memory): Memory {
  const search = searchesIn(turn).findLast((found) => found.offers?.length)
  const booked = turn.uses.filter((use) => use.name === 'book_flight').at(-1)
  const priced = turn.uses.filter((use) => use.name === 'get_flight_price').at(-1)
  const last = said.findLast((draft) => draft.origin || draft.destination || draft.date)
  const known = search ?? (last ? withDefaults(last, {}) : memory.known)
  const onlyDirect = last?.direct && search?.offers?.some(isDirect)
  const offers = (onlyDirect ? search?.offers?.filter(isDirect) : search?.offers) ?? memory.offers
  const single = booked ?? (search ? undefined : priced)
  const focus = single ? numberOf(single) : search ? offers[0]?.flight_number : memory.focus
  const { origin, destination, date } = known
  const offered = Boolean(search ?? priced) && !booked
  return { known: { origin, destination, date }, offers, focus, offered, asked }
}

/** Fills what this message leaves out with what is known. */
export function recall(draft: Draft, memory: Memory): Draft {
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
