import type { Agentic } from 'agentic-node'
import { createDeskAgentic } from './agentic.ts'
import { createBookings, type Bookings } from './bookings.ts'
import { openDatabase, type Database } from './database.ts'
import type { Settings } from './settings.ts'
import { createSignIn, type SignIn } from './sign-in.ts'

/** What serves pages and what executes runs have in common, in one process or in many. */
export interface Desk {
  database: Database
  bookings: Bookings
  signIn: SignIn
  agentic: Agentic
}

export async function openDesk(settings: Settings): Promise<Desk> {
  const database = await openDatabase(settings.database)
  const bookings = createBookings(database)
  const signIn = await createSignIn(database)
  return { database, bookings, signIn, agentic: createDeskAgentic(settings, { bookings, signIn }) }
}
