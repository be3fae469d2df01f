import { z } from 'zod'
import type { Choice } from './clauses.ts'
import type { ToolUse, Turn } from './conversation.ts'

/** What the tools of the travel desk answer, as far as a reader of their words can tell. */
const flight = z.object({
  flight_number: z.string(),
  departs: z.string().optional(),
  arrives: z.string().optional(),
  duration_minutes: z.number().optional(),
  stops: z.number().optional(),
})
const flightList = z.object({ flights: z.array(flight) })
const price = z.object({ flight_number: z.string(), price: z.number(), currency: z.string() })
const booking = z.object({
  flight_number: z.string(),
  reference: z.string(),
  passenger: z.string().optional(),
  origin: z.string().nullish(),
  destination: z.string().nullish(),
  travel_date: z.string().nullish(),
  departs: z.string().nullish(),
  price: z.number().nullish(),
  currency: z.string().nullish(),
})
const bookingList = z.object({ bookings: z.array(booking) })

export type Flight = z.infer<typeof flight>
export type Price = z.infer<typeof price>
export type Booking = z.infer<typeof booking>

/** A flight with its price once that is known. */
export interface Offer extends Flight {
  price?: Price
}

export interface Search {
  origin: string
  destination: string
  date: string
  /** Undefined when the tool did not answer with flights. */
  offers: Offer[] | undefined
}

export function isSameSearch(
  use: ToolUse,
  trip: { origin: string; destination: string; date: string },
) {
  const { origin, destination, travel_date } = use.args
  return origin === trip.origin && destination === trip.destination && travel_date === trip.date
}

/** Searches that have been answered, with prices asked for anywhere in the turn; cheapest first. */
export function searchesIn(turn: Turn): Search[] {
  return turn.uses.filter(isAnswered('find_flight')).map((use) => ({
    origin: String(use.args.origin),
    destination: String(use.args.destination),
    date: String(use.args.travel_date),
    offers: offersOf(use, turn),
  }))
}

export function priceIn(turn: Turn, flightNumber: string): Price | undefined {
  const uses = turn.uses.filter(isAnswered('get_flight_price'))
  return uses.map((use) => read(price, use)).find((found) => found?.flight_number === flightNumber)
}

/** Undefined entries are bookings that were tried and not confirmed. */
export function bookingsIn(turn: Turn, flightNumber: string): (Booking | undefined)[] {
  const uses = turn.uses.filter(isAnswered('book_flight'))
  return uses.filter((use) => numberOf(use) === flightNumber).map((use) => read(booking, use))
}

export function listIn(turn: Turn): Booking[] | undefined {
  const use = turn.uses.find(isAnswered('list_bookings'))
  return use && read(bookingList, use)?.bookings
}

export function numberOf(use: ToolUse): string {
  return String(use.args.flight_number)
}

export function isDirect(offer: Offer): boolean {
  return offer.stops === 0
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

function offersOf(use: ToolUse, turn: Turn): Offer[] | undefined {
  const flights = read(flightList, use)?.flights
  const offers = flights?.map((found): Offer => {
    const known = priceIn(turn, found.flight_number)
    return known ? { ...found, price: known } : found
  })
  return offers?.toSorted(
    (a, b) => (a.price?.price ?? Infinity) - (b.price?.price ?? Infinity) || 0,
  )
}

function isAnswered(name: string) {
  return (use: ToolUse) => use.name === name && use.output !== undefined
}

function read<T>(schema: z.ZodType<T>, use: ToolUse): T | undefined {
  try {
    return schema.safeParse(JSON.parse(use.output ?? '')).data
  } catch {
    // Not JSON: the tool failed or was interrupted, and its text says so.
    return undefined
  }
}
