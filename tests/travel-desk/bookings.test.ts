import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { createBookings } from '../../examples/travel-desk/bookings.ts'
import { openDatabase, type Database } from '../../examples/travel-desk/database.ts'
import { readDatabase } from '../../examples/travel-desk/storage-settings.ts'
import { temporaryDatabase } from '../support/instance.ts'
import { createLine } from '../support/proxy.ts'
import { sql } from '../support/sql.ts'

const kinds = (['sqlite', 'postgres'] as const).filter(
  (kind) => kind === 'sqlite' || inject('postgresUrl') !== '',
)

describe.each(kinds)('on %s', (kind) => {
  /** As processes that start at the same time on an empty database. */
  async function open(count: number, url = temporaryDatabase(kind)): Promise<Database[]> {
    const settings = readDatabase({ DATABASE_URL: url })
    const opened = Array.from({ length: count }, async () => openDatabase(settings))
    const all = await Promise.all(opened)
    onTestFinished(async () => void (await Promise.all(all.map(async (one) => one.close()))))
    return all
  }

  test('one call books once, however often and from wherever it is made', async () => {
    const desks = (await open(5)).map(createBookings)
    const calls = Array.from({ length: 20 }, (_, index) => desks[index % desks.length]!)
    const made = await Promise.all(
      calls.map(async (desk) => desk.book('ada', 'run/m1/t1', 'TD4821')),
    )
    expect(new Set(made.map(({ id, reference }) => `${id} ${reference}`)).size).toBe(1)
    expect(await desks[0]!.list('ada')).toEqual([made[0]])
    expect(await desks[0]!.list('grace')).toEqual([])
  })

  test('a booking says where its flight goes, as it was found last', async () => {
    const [database] = await open(1)
    const desk = createBookings(database!)
    const flight = { flight_number: 'TD4821', departs: '06:10' }
    const flights = [flight, flight] as Parameters<typeof desk.keepOffers>[1]['flights']
    const found = { origin: 'Oslo', destination: 'Lima', flights }
    await desk.keepOffers('ada', { ...found, travelDate: '2026-12-02' })
    await desk.keepOffers('ada', { ...found, travelDate: '2026-12-03' })
    await desk.keepOffers('ada', { ...found, travelDate: '2026-12-04', flights: [] })
    expect(await desk.book('ada', 'a', 'TD4821')).toMatchObject({
      passenger: 'ada',
      origin: 'Oslo',
      travel_date: '2026-12-03',
      departs: '06:10',
    })
    // The offer was ada's.
    expect(await desk.book('grace', 'b', 'TD4821')).toMatchObject({ origin: null })
  })

  test('the newest booking comes first', async () => {
    const url = temporaryDatabase(kind)
    const [database] = await open(1, url)
    const desk = createBookings(database!)
    for (const key of ['a', 'b', 'c']) await desk.book('ada', key, 'TD4821')
    const moment = Date.parse('2026-12-03T10:00:00Z')
    for (const [index, key] of ['b', 'c', 'a'].entries()) {
      await sql(url, 'update bookings set created_at = ? where call_key = ?', moment - index, key)
    }
    const listed = await desk.list('ada')
    expect(listed.map(({ created_at }) => created_at)).toEqual([
      '2026-12-03T10:00:00.000Z',
      '2026-12-03T09:59:59.999Z',
      '2026-12-03T09:59:59.998Z',
    ])
  })
})

test.runIf(kinds.includes('postgres'))('a booking waits until Postgres is back', async () => {
  const url = temporaryDatabase('postgres')
  const line = await createLine(url)
  const database = await openDatabase(readDatabase({ DATABASE_URL: line.url }))
  onTestFinished(async () => database.close())
  const desk = createBookings(database)
  await desk.book('ada', 'a', 'TD4821')
  line.refuse()
  line.cut()
  const booked = desk.book('ada', 'b', 'TD4821')
  const isEarly = await Promise.race([booked.then(() => true), line.accept().then(() => false)])
  expect(isEarly).toBe(false)
  await booked
  expect(await desk.list('ada')).toHaveLength(2)
})

test('a database that cannot be used is told from other mistakes', async () => {
  const settings = readDatabase({ DATABASE_URL: 'file:/nowhere/desk.db' })
  await expect(openDatabase(settings)).rejects.toThrow(
    'the database of DATABASE_URL cannot be used: unable to open database file',
  )
})
