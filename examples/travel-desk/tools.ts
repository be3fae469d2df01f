import { setTimeout as delay } from 'node:timers/promises'
import { tool, type RunContext } from '@openai/agents'
import { currentCall } from 'agentic-node'
import { z } from 'zod'
import type { Bookings } from './bookings.ts'
import { findFlights, priceOf } from './flights.ts'

/** Who the agent acts for: the signed-in user, never what a model says. */
export interface Traveller {
  owner: string
}

export interface ToolsOptions {
  bookings: Bookings
  /** About how long one call takes. */
  delayMs: number
  /** Whether the traveller is asked before a seat is booked. */
  approveBookings: boolean
}

export function travelTools({ bookings, delayMs, approveBookings }: ToolsOptions) {
  const slowly = (signal: AbortSignal | undefined) => pause(delayMs / 2, signal)
  return [
    tool<typeof findFlightArguments, Traveller>({
      name: 'find_flight',
      description:
        'Finds the flights from one city to another on a day. Prices are asked for separately.',
      parameters: findFlightArguments,
      execute: async ({ origin, destination, travel_date }, context, details) => {
        await slowly(details?.signal)
        if (!isDay(travel_date))
          return refusal(`travel_date is '${travel_date}', expected YYYY-MM-DD`)
        const flights = findFlights(origin, destination, travel_date)
        const found = { origin, destination, travelDate: travel_date, flights }
        await bookings.keepOffers(ownerOf(context), found)
        return { origin, destination, travel_date, flights }
      },
    }),
    tool<typeof flightArguments, Traveller>({
      name: 'get_flight_price',
      description: 'Tells what a seat on a flight costs.',
      parameters: flightArguments,
      execute: async ({ flight_number: given }, _context, details) => {
        await slowly(details?.signal)
        const flight_number = toFlightNumber(given)
        if (!flight_number) return refusal(notANumber(given))
        return { flight_number, price: priceOf(flight_number), currency: 'EUR' }
      },
    }),
    tool<typeof noArguments, Traveller>({
      name: 'list_bookings',
      description: 'Lists what the traveller has booked, newest first.',
      parameters: noArguments,
      execute: async (_input, context, details) => {
        await slowly(details?.signal)
        return { bookings: await bookings.list(ownerOf(context)) }
      },
    }),
    tool<typeof flightArguments, Traveller>({
      name: 'book_flight',
      description: 'Books one seat on a flight for the traveller. Call it once for each seat.',
      parameters: flightArguments,
      needsApproval: approveBookings,
      execute: async ({ flight_number: given }, context) => {
        const flightNumber = toFlightNumber(given)
        if (!flightNumber) return refusal(notANumber(given))
        // The same call has the same key after a crash, so its booking is made once however often this runs.
        const { idempotencyKey } = currentCall()
        await pause(delayMs / 4)
        const booking = await bookings.book(ownerOf(context), idempotencyKey, flightNumber)
        await pause(delayMs / 4)
        return booking
      },
    }),
  ]
}

// Plain strings: what a schema may say beyond that differs from provider to provider.
const findFlightArguments = z.object({
  origin: z.string().describe('The city of departure'),
  destination: z.string().describe('The city of arrival'),
  travel_date: z.string().describe('The day of travel as YYYY-MM-DD'),
})
const flightArguments = z.object({
  flight_number: z.string().describe('A flight number, e.g. TD4821'),
})
const noArguments = z.object({})

function isDay(text: string): boolean {
  return z.iso.date().safeParse(text).success
}

function toFlightNumber(text: string): string | undefined {
  const plain = text.replace(/[\s-]/g, '').toUpperCase()
  return /^[A-Z0-9]{2}\d{1,4}$/.test(plain) ? plain : undefined
}

function notANumber(text: string): string {
  return `flight_number is '${text}', expected something like TD4821`
}

/** A mistake of the model, told to the model. */
function refusal(error: string) {
  return { error }
}

function ownerOf(context: RunContext<Traveller> | undefined): string {
  const owner = context?.context.owner
  if (!owner) throw new Error('A tool of the travel desk was called without a traveller')
  return owner
}

async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (ms > 0) await delay(ms, undefined, { signal })
}
