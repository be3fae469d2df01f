import type { Choice } from './clauses.ts'
import type { Conversation } from './conversation.ts'
import { nothingYet, recall, remember, type Memory, type Trip } from './memory.ts'
import { pick, type Offer } from './results.ts'
import { readWishes, type Draft } from './wishes.ts'

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

/** What the last message wants, read with everything before it in mind. */
export function readDialogue({ turns, today }: Conversation): Wish[] {
  let memory = nothingYet
  for (const turn of turns.slice(0, -1)) {
    const { wishes, drafts } = understand(turn.text, memory, today)
    const asked = drafts.filter((_, index) => isQuestion(wishes[index]))
    memory = remember(turn, { said: drafts, asked }, memory)
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

function isQuestion(wish: Wish | undefined): boolean {
  return wish?.kind === 'missing' || wish?.kind === 'which'
}

function isTrip({ origin, destination, date }: Partial<Trip>): boolean {
  return Boolean(origin && destination && date)
}
