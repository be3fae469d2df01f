import { createHash, randomUUID } from 'node:crypto'
import type { Database } from './database.ts'
import { priceOf, type Flight } from './flights.ts'
import type { Tables } from './tables.ts'

/** What of a row its owner sees. */
const columns = [
  'id',
  'reference',
  'owner',
  'flight_number',
  'origin',
  'destination',
  'travel_date',
  'departs',
  'price',
  'currency',
  'created_at',
] as const

type Row = Pick<Tables['bookings'], (typeof columns)[number]>
export type Booking = Omit<Row, 'created_at'> & { passenger: string; created_at: string }

export interface FoundFlights {
  origin: string
  destination: string
  travelDate: string
  flights: Flight[]
}

export interface Bookings {
  /** Keeps where a found flight goes, so that a booking by its number can say it. Safe to repeat. */
  keepOffers(owner: string, found: FoundFlights): Promise<void>
  /** One booking per call key, however often it is asked for, and from whichever process. */
  book(owner: string, callKey: string, flightNumber: string): Promise<Booking>
  /** Newest first. */
  list(owner: string): Promise<Booking[]>
}

export function createBookings(database: Database): Bookings {
  return {
    async keepOffers(owner, { origin, destination, travelDate: travel_date, flights }) {
      const offers = flights.map(({ flight_number, departs }) => {
        return { owner, flight_number, origin, destination, travel_date, departs }
      })
      // Postgres refuses to change a row twice in one statement.
      const byNumber = new Map(offers.map((offer) => [offer.flight_number, offer]))
      if (byNumber.size === 0) return
      await database.use(async (db) =>
        db
          .insertInto('offers')
          .values([...byNumber.values()])
          .onConflict((conflict) =>
            conflict.columns(['owner', 'flight_number']).doUpdateSet(({ ref }) => ({
              origin: ref('excluded.origin'),
              destination: ref('excluded.destination'),
              travel_date: ref('excluded.travel_date'),
              departs: ref('excluded.departs'),
            })),
          )
          .execute(),
      )
    },

    book: async (owner, callKey, flightNumber) =>
      database.use(async (db) => {
        const offer = await db
          .selectFrom('offers')
          .selectAll()
          .where('owner', '=', owner)
          .where('flight_number', '=', flightNumber)
          .executeTakeFirst()
        await db
          .insertInto('bookings')
          .values({
            id: randomUUID(),
            call_key: callKey,
            owner,
            reference: referenceFor(callKey),
            flight_number: flightNumber,
            origin: offer?.origin ?? null,
            destination: offer?.destination ?? null,
            travel_date: offer?.travel_date ?? null,
            departs: offer?.departs ?? null,
            price: priceOf(flightNumber),
            currency: 'EUR',
            created_at: Date.now(),
          })
          // Made by an earlier attempt of the same call, here or elsewhere: then that is the booking.
          .onConflict((conflict) => conflict.column('call_key').doNothing())
          .execute()
        const row = await db
          .selectFrom('bookings')
          .select(columns)
          .where('call_key', '=', callKey)
          .where('owner', '=', owner)
          .executeTakeFirstOrThrow()
        return toBooking(row)
      }),

    list: async (owner) =>
      database.use(async (db) => {
        const rows = await db
          .selectFrom('bookings')
          .select(columns)
          .where('owner', '=', owner)
          .orderBy('created_at', 'desc')
          .orderBy('id')
          .execute()
        return rows.map(toBooking)
      }),
  }
}

function toBooking(row: Row): Booking {
  return { ...row, passenger: row.owner, created_at: new Date(row.created_at).toISOString() }
}

/** Six letters and digits that are not easily taken for one another. */
function referenceFor(callKey: string): string {
  const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'
  const bytes = createHash('sha256').update(callKey).digest().subarray(0, 6)
  return [...bytes].map((byte) => letters[byte % letters.length]).join('')
}
