import type { Turn } from './conversation.ts'
import type { Wish } from './dialogue.ts'
import type { Trip } from './memory.ts'
import {
  isDirect,
  pick,
  isSameSearch,
  numberOf,
  priceIn,
  searchesIn,
  type Offer,
} from './results.ts'

export interface Call {
  name: string
  args: Record<string, string>
}

/** The calls to make now; none when everything asked for is known. */
export function planCalls(wishes: Wish[], turn: Turn): Call[] {
  const calls = wishes.flatMap((wish) => callsFor(wish, turn))
  const wanted = calls.length > 0 ? calls : bookingCalls(wishes, turn)
  if (wanted.length > 0) return unique(wanted)
  const lists = wishes.some((wish) => wish.kind === 'bookings')
  return lists && !isMade(turn, 'list_bookings') ? [{ name: 'list_bookings', args: {} }] : []
}

/** What has to be known before anything is booked. */
function callsFor(wish: Wish, turn: Turn): Call[] {
  if (wish.kind === 'price') return priceCalls([wish.flight], turn)
  if (wish.kind === 'book' && wish.from === 'offers') {
    return priceCalls(unpriced(wish.offers, turn), turn)
  }
  if (wish.kind === 'search' || (wish.kind === 'book' && wish.from === 'trip')) {
    return tripCalls(wish.trip, turn)
  }
  return []
}

function tripCalls(trip: Trip, turn: Turn): Call[] {
  const use = turn.uses.find(
    ({ name, args, output }) =>
      name === 'find_flight' && isSameSearch({ name, args, output }, trip),
  )
  const { origin, destination, date } = trip
  if (!use) return [{ name: 'find_flight', args: { origin, destination, travel_date: date } }]
  return priceCalls(unpriced(offersFor(trip, turn) ?? [], turn), turn)
}

function unpriced(offers: Offer[], turn: Turn): string[] {
  const open = offers.filter((offer) => !offer.price && !priceIn(turn, offer.flight_number))
  return open.map((offer) => offer.flight_number)
}

/** A price that was asked for and did not come is not asked for again. */
function priceCalls(flights: string[], turn: Turn): Call[] {
  const isAsked = (flight: string) =>
    turn.uses.some((use) => use.name === 'get_flight_price' && numberOf(use) === flight)
  const open = flights.filter((flight) => !isAsked(flight))
  return open.map((flight) => ({ name: 'get_flight_price', args: { flight_number: flight } }))
}

/** As many calls as seats are wanted, less those made: after a restart no booking is asked for twice. */
function bookingCalls(wishes: Wish[], turn: Turn): Call[] {
  const wanted = new Map<string, number>()
  for (const wish of wishes) {
    const flight = flightToBook(wish, turn)
    if (flight && wish.kind === 'book') wanted.set(flight, (wanted.get(flight) ?? 0) + wish.seats)
  }
  return [...wanted].flatMap(([flight, seats]) => {
    const uses = turn.uses.filter((use) => use.name === 'book_flight' && numberOf(use) === flight)
    const open = Math.max(0, seats - uses.length)
    return Array.from({ length: open }, () => ({
      name: 'book_flight',
      args: { flight_number: flight },
    }))
  })
}

export function flightToBook(wish: Wish, turn: Turn): string | undefined {
  if (wish.kind !== 'book') return undefined
  if (wish.from === 'number') return wish.flight
  return chosenOffer(wish, turn)?.flight_number
}

type BookChosen = Extract<Wish, { kind: 'book'; from: 'trip' | 'offers' }>

export function chosenOffer(wish: BookChosen, turn: Turn): Offer | undefined {
  if (wish.from === 'offers') return pick(withPrices(wish.offers, turn), wish.choice)
  const offers = offersFor(wish.trip, turn) ?? []
  return pick(wish.direct ? offers.filter(isDirect) : offers, wish.choice)
}

export function offersFor(trip: Trip, turn: Turn): Offer[] | undefined {
  const same = searchesIn(turn).find(
    ({ origin, destination, date }) =>
      origin === trip.origin && destination === trip.destination && date === trip.date,
  )
  return same?.offers
}

function withPrices(offers: Offer[], turn: Turn): Offer[] {
  return offers.map((offer) => {
    const price = offer.price ?? priceIn(turn, offer.flight_number)
    return price ? { ...offer, price } : offer
  })
}

function isMade(turn: Turn, name: string): boolean {
  return turn.uses.some((use) => use.name === name)
}

/** The same question is asked once; a booking as often as it is wanted. */
function unique(calls: Call[]): Call[] {
  const seen = new Set<string>()
  return calls.filter((call) => {
    const key = JSON.stringify(call)
    const isNew = call.name === 'book_flight' || !seen.has(key)
    seen.add(key)
    return isNew
  })
}
