import { createHash, randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Database } from './database.ts'
import { priceOf, type Flight } from './flights.ts'

const bookingRow = z.object({
  id: z.string(),
  reference: z.string(),
  owner: z.string(),
  flight_number: z.string(),
  origin: z.string().nullable(),
  destination: z.string().nullable(),
  travel_date: z.string().nullable(),
  departs: z.string().nullable(),
  price: z.number(),
  currency: z.string(),
  created_at: z.number().transform((moment) => new Date(moment).toISOString()),
})

/** A row as the owner sees it. */
export type Booking = z.infer<typeof bookingRow> & { passenger: string }

export interface FoundFlights {
  origin: string
  destination: string
  travelDate: string
  flights: Flight[]
}

export interface Bookings {
  /** Keeps where a found flight goes, so that a booking by its number can say it. Safe to repeat. */
  keepOffers(owner: string, found: FoundFlights): Promise<void>
  /** One booking per call key, however often it is asked for. */
  book(owner: string, callKey: string, flightNumber: string): Promise<Booking>
  /** Newest first. */
  list(owner: string): Promise<Booking[]>
}

const columns =
  'id, reference, owner, flight_number, origin, destination, travel_date, departs, price, currency, created_at'

export function createBookings(database: Database): Bookings {
  return {
    keepOffers: (owner, found) =>
      database.use((connection) => {
        const insert = connection.prepare('insert or replace into offers values (?, ?, ?, ?, ?, ?)')
        connection.exec('begin immediate')
        try {
          const { origin, destination, travelDate } = found
          for (const { flight_number: number, departs } of found.flights) {
            insert.run(owner, number, origin, destination, travelDate, departs)
          }
          connection.exec('commit')
        } catch (error) {
          connection.exec('rollback')
          throw error
        }
      }),

    book: (owner, callKey, flightNumber) =>
      database.use((connection) => {
        connection
          .prepare(
            `insert into bookings (id, call_key, owner, reference, flight_number, origin, destination, travel_date, departs, price, currency, created_at)
           select ?, ?, ?, ?, ?, offer.origin, offer.destination, offer.travel_date, offer.departs, ?, 'EUR', ?
           from (select 1) left join offers offer on offer.owner = ? and offer.flight_number = ?
           where true
           on conflict (call_key) do nothing`,
          )
          .run(
            randomUUID(),
            callKey,
            owner,
            referenceFor(callKey),
            flightNumber,
            priceOf(flightNumber),
            Date.now(),
            owner,
            flightNumber,
          )
        const row = connection
          .prepare(`select ${columns} from bookings where call_key = ? and owner = ?`)
          .get(callKey, owner)
        return toBooking(row)
      }),

    list: (owner) =>
      database.use((connection) =>
        connection
          .prepare(`select ${columns} from bookings where owner = ? order by created_at desc, id`)
          .all(owner)
          .map(toBooking),
      ),
  }
}

function toBooking(row: unknown): Booking {
  const booking = bookingRow.parse(row)
  return { ...booking, passenger: booking.owner }
}

/** Six letters and digits that are not easily taken for one another. */
function referenceFor(callKey: string): string {
  const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'
  const bytes = createHash('sha256').update(callKey).digest().subarray(0, 6)
  return [...bytes].map((byte) => letters[byte % letters.length]).join('')
}
