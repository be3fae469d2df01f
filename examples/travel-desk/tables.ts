import type { Kysely } from 'kysely'

/** The app's own tables, in the database in which the library keeps its as well. */
export interface Tables {
  bookings: {
    id: string
    /** Of the tool call that booked: unique, so one call books once however often it is made. */
    call_key: string
    owner: string
    reference: string
    flight_number: string
    origin: string | null
    destination: string | null
    travel_date: string | null
    departs: string | null
    price: number
    currency: string
    created_at: number
  }
  offers: {
    owner: string
    flight_number: string
    origin: string
    destination: string
    travel_date: string
    departs: string
  }
  sign_ins: { id: string; user: string; expires_at: number }
  conversations: { user: string; session_key: string }
  secrets: { name: string; value: string }
}

/** Makes what is not there yet. */
export async function createTables({ schema }: Kysely<Tables>): Promise<void> {
  const table = (name: keyof Tables) => schema.createTable(name).ifNotExists()
  await table('bookings')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('call_key', 'text', (column) => column.notNull().unique())
    .addColumn('owner', 'text', (column) => column.notNull())
    .addColumn('reference', 'text', (column) => column.notNull())
    .addColumn('flight_number', 'text', (column) => column.notNull())
    .addColumn('origin', 'text')
    .addColumn('destination', 'text')
    .addColumn('travel_date', 'text')
    .addColumn('departs', 'text')
    .addColumn('price', 'integer', (column) => column.notNull())
    .addColumn('currency', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute()
  await schema
    .createIndex('bookings_by_owner')
    .ifNotExists()
    .on('bookings')
    .columns(['owner', 'created_at'])
    .execute()
  await table('offers')
    .addColumn('owner', 'text', (column) => column.notNull())
    .addColumn('flight_number', 'text', (column) => column.notNull())
    .addColumn('origin', 'text', (column) => column.notNull())
    .addColumn('destination', 'text', (column) => column.notNull())
    .addColumn('travel_date', 'text', (column) => column.notNull())
    .addColumn('departs', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('offers_key', ['owner', 'flight_number'])
    .execute()
  await table('sign_ins')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('user', 'text', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .execute()
  await table('conversations')
    .addColumn('user', 'text', (column) => column.primaryKey())
    .addColumn('session_key', 'text', (column) => column.notNull())
    .execute()
  await table('secrets')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .execute()
}
