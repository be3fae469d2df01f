import { spokenDay } from './calendar.ts'
import type { Turn } from './conversation.ts'
import { chosenOffer, flightToBook, offersFor } from './plan.ts'
import type { Wish } from './dialogue.ts'
import type { Trip } from './memory.ts'
import {
  bookingsIn,
  isDirect,
  listIn,
  priceIn,
  type Booking,
  type Offer,
  type Price,
} from './results.ts'
import { smallTalk } from './small-talk.ts'

/** A word before the tools are asked, so that nobody waits in silence. */
export function announce(wishes: Wish[]): string {
  const sentences = wishes.map((wish) => {
    if (wish.kind === 'search' || (wish.kind === 'book' && wish.from === 'trip')) {
      return `Looking for flights ${spokenTrip(wish.trip)}.`
    }
    if (wish.kind === 'book') return 'One moment, I am booking that for you.'
    if (wish.kind === 'price') return `Let me check the price of ${wish.flight}.`
    return wish.kind === 'bookings' ? 'Let me look at your bookings.' : ''
  })
  return [...new Set(sentences)].filter(Boolean).join(' ')
}

/** The last word of a run. */
export function answer(wishes: Wish[], turn: Turn): string {
  if (wishes.length === 0) return smallTalk(turn.text)
  const paragraphs = wishes.map((wish) => answerTo(wish, turn))
  return [...new Set(paragraphs)].join('\n\n')
}

function answerTo(wish: Wish, turn: Turn): string {
  switch (wish.kind) {
    case 'search':
      return searchAnswer(wish.trip, wish.direct, turn)
    case 'book':
      return bookAnswer(wish, turn)
    case 'price':
      return priceAnswer(wish, turn)
    case 'bookings':
      return listAnswer(listIn(turn))
    case 'cancel':
      return 'I can find, price and book flights, but I cannot change or cancel a booking. Please call the airline with your booking reference.'
    case 'which':
      return 'Which flight shall I book? Give me a flight number, or tell me from where to where and on which day.'
    case 'missing':
      return question(wish)
  }
}

function searchAnswer(trip: Trip, direct: boolean, turn: Turn): string {
  const found = offersFor(trip, turn)
  if (!found) return `The search ${spokenTrip(trip)} did not come back. Please ask me again.`
  const offers = direct ? found.filter(isDirect) : found
  const kind = direct ? 'direct flight' : 'flight'
  if (offers.length === 0)
    return `I found no ${kind} ${spokenTrip(trip)}. Shall I look on another day?`
  const lines = offers.map((offer, index) => `${index + 1}. ${describe(offer)}`)
  const best = offers[0]!
  const one = offers.length === 1
  const offered = one
    ? 'Shall I book it?'
    : `The cheapest is ${best.flight_number}. Shall I book it?`
  return `I found ${count(offers.length, kind)} ${spokenTrip(trip)}:\n\n${lines.join('\n')}\n\n${offered}`
}

function bookAnswer(wish: Extract<Wish, { kind: 'book' }>, turn: Turn): string {
  const flight = flightToBook(wish, turn)
  if (!flight) return nothingToBook(wish, turn)
  const bookings = bookingsIn(turn, flight).slice(0, Math.max(1, wish.seats))
  const made = bookings.filter((booking) => booking !== undefined)
  if (made.length === 0) {
    return `I could not confirm the booking of ${flight}. Ask me “What have I booked?” before you try again.`
  }
  const references = made.map((booking) => booking.reference).join(', ')
  const first = made[0]!
  const why = wish.from === 'trip' ? reason(wish, turn) : ''
  const what = `${flight}${tripOf(first)}${departure(first)}${cost(first)}`
  const word = made.length > 1 ? 'references are' : 'reference is'
  return `Booked: ${what}.${why} Your booking ${word} ${references}.`
}

function nothingToBook(wish: Extract<Wish, { kind: 'book' }>, turn: Turn): string {
  if (wish.from === 'trip' && wish.choice.by !== 'place')
    return searchAnswer(wish.trip, wish.direct, turn)
  return 'There is no such flight in the list. Which one shall I book?'
}

function reason(wish: Extract<Wish, { kind: 'book'; from: 'trip' }>, turn: Turn): string {
  const offers = offersFor(wish.trip, turn) ?? []
  const total = wish.direct ? offers.filter(isDirect).length : offers.length
  if (wish.choice.by === 'place' || total < 2 || !chosenOffer(wish, turn)) return ''
  const which = wish.choice.by === 'dearest' ? 'most expensive' : wish.choice.by
  return ` It is the ${which} of ${count(total, wish.direct ? 'direct flight' : 'flight')} that day.`
}

function priceAnswer({ flight, offer }: Extract<Wish, { kind: 'price' }>, turn: Turn): string {
  const price = priceIn(turn, flight)
  if (!price) return `I could not get a price for ${flight}. Is the flight number right?`
  const facts = offer ? `${describe({ ...offer, price: undefined })},` : flight
  return `${facts} costs ${money(price)}. Shall I book it?`
}

function listAnswer(bookings: Booking[] | undefined): string {
  if (!bookings) return 'Your bookings did not come back. Please ask me again.'
  if (bookings.length === 0) return 'You have no bookings yet. Where would you like to go?'
  const lines = bookings.map(
    (booking) =>
      `- ${booking.flight_number}${tripOf(booking)}${departure(booking)}, reference ${booking.reference}`,
  )
  return `You have ${count(bookings.length, 'booking')}:\n\n${lines.join('\n')}`
}

function question({ known, parts, booking, past }: Extract<Wish, { kind: 'missing' }>): string {
  const { origin, destination } = known
  if (origin && origin === destination) {
    return `You are in ${origin} already, as far as I can tell. Where would you like to fly to?`
  }
  const day = past ? `${spokenDay(past)} is in the past. ` : ''
  const asks = {
    origin: 'Where do you want to fly from',
    destination: 'Where would you like to go',
    date: 'On which day',
  }
  const [first = '', ...others] = parts.map((part) => asks[part])
  const sentence = [first, ...others.map((ask) => ask[0]!.toLowerCase() + ask.slice(1))]
  const way = [origin && `from ${origin}`, destination && `to ${destination}`]
    .filter(Boolean)
    .join(' ')
  const task = booking ? 'book a flight' : 'look for flights'
  const start = way && !past ? `I can ${task} ${way}. ` : ''
  return `${day}${start}${sentence.join(', and ').replace(/, and (?=.*, and )/g, ', ')}?`
}

function describe(offer: Offer): string {
  const stops =
    offer.stops === undefined ? '' : offer.stops === 0 ? 'direct' : count(offer.stops, 'stop')
  const time = offer.departs && offer.arrives ? `${offer.departs}–${offer.arrives}` : ''
  const price = offer.price ? money(offer.price) : ''
  return [offer.flight_number, time, stops, price].filter(Boolean).join(', ')
}

function spokenTrip({ origin, destination, date }: Trip): string {
  return `from ${origin} to ${destination} on ${spokenDay(date)}`
}

function tripOf({ origin, destination, travel_date: date }: Booking): string {
  return origin && destination && date ? ` ${spokenTrip({ origin, destination, date })}` : ''
}

function departure({ departs }: Booking): string {
  return departs ? `, departing ${departs}` : ''
}

function cost({ price, currency }: Booking): string {
  return price && currency ? `, for ${money({ price, currency })}` : ''
}

function money({ price, currency }: Pick<Price, 'price' | 'currency'>): string {
  return currency === 'EUR' ? `€${price}` : `${price} ${currency}`
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
