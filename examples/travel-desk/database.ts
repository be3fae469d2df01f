import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** The app's own connection to the file that the library keeps its tables in as well. */
export interface Database {
  /** Runs statements, trying again while another connection writes. */
  use<T>(work: (connection: DatabaseSync) => T): Promise<T>
  close(): void
}

const busyTimeoutMs = 50
const patienceMs = 10_000

const schema = `
create table if not exists bookings (
  id text primary key,
  call_key text not null unique,
  owner text not null,
  reference text not null,
  flight_number text not null,
  origin text,
  destination text,
  travel_date text,
  departs text,
  price integer not null,
  currency text not null,
  created_at integer not null
) strict;
create index if not exists bookings_by_owner on bookings (owner, created_at);
create table if not exists offers (
  owner text not null,
  flight_number text not null,
  origin text not null,
  destination text not null,
  travel_date text not null,
  departs text not null,
  primary key (owner, flight_number)
) strict;
create table if not exists sign_ins (
  id text primary key,
  user text not null,
  expires_at integer not null
) strict;
create table if not exists conversations (user text primary key, session_key text not null) strict;
create table if not exists secrets (name text primary key, value text not null) strict;
`

export async function openDatabase(url: string): Promise<Database> {
  const connection = new DatabaseSync(pathOf(url), { timeout: busyTimeoutMs })
  await whenFree(() => {
    connection.exec('pragma journal_mode = wal')
    connection.exec('pragma synchronous = full')
    connection.exec(`begin immediate; ${schema} commit;`)
  })
  return {
    use: (work) => whenFree(() => work(connection)),
    close: () => connection.close(),
  }
}

function pathOf(url: string): string {
  if (!url.startsWith('file:')) {
    throw new Error(
      `DATABASE_URL is '${url}', but the travel desk keeps its bookings in SQLite: expected file:<path>, e.g. file:./travel-desk.db`,
    )
  }
  const isAbsoluteUrl = url.startsWith('file:///')
  return isAbsoluteUrl ? fileURLToPath(url) : url.slice('file:'.length)
}

/** A long `busy_timeout` would stop the whole process while it waits; this waits without blocking. */
async function whenFree<T>(work: () => T): Promise<T> {
  const deadline = Date.now() + patienceMs
  for (;;) {
    try {
      return work()
    } catch (error) {
      if (!isBusy(error) || Date.now() > deadline) throw error
      await delay(5 + Math.random() * 25)
    }
  }
}

/** SQLITE_BUSY and its extended codes. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === 5
}
