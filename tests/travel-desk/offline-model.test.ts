import { expect, test } from 'vitest'
import { findFlights, priceOf } from '../../examples/travel-desk/flights.ts'
import { OfflineModel } from '../../examples/travel-desk/offline-model/offline-model.ts'
import { DeskTalk, toResult } from './desk-talk.ts'

const thirdOfDecember = ['Trondheim', 'Ulaanbaatar', '2026-12-03'] as const

function cheapest(origin: string, destination: string, day: string): string {
  const flights = findFlights(origin, destination, day)
  const byPrice = flights.toSorted((a, b) => priceOf(a.flight_number) - priceOf(b.flight_number))
  return byPrice[0]!.flight_number
}

function searches(calls: { name: string; args: Record<string, string> }[]): string[][] {
  return calls
    .filter((call) => call.name === 'find_flight')
    .map(({ args }) => [args.origin!, args.destination!, args.travel_date!])
}

test.each([
  'Book the cheapest flight from Trondheim to Ulaanbaatar on 3 December',
  'book the cheapest flight from trondheim to ulaanbaatar on 2026-12-03',
  'Please reserve the cheapest seat to Ulaanbaatar from Trondheim on December 3rd, 2026.',
  'BOOK THE CHEAPEST FLIGHT FROM TRONDHEIM TO ULAANBAATAR ON 3 DECEMBER',
  'I am in Trondheim and need to be in Ulaanbaatar on Thursday 3 Dec. Book the cheapest!',
  'Find flights Trondheim → Ulaanbaatar on 03.12.2026 and book the cheapest',
  'Could you buy the least expensive ticket Trondheim - Ulaanbaatar for 3/12/2026, please?',
  'From Trondheim, Norway to Ulaanbaatar, Mongolia on the 3rd of December: book whatever is cheapest',
  'Book a flight between Trondheim and Ulaanbaatar on Thursday next week',
  'Hello! My name is Ada. I would like to book the lowest price from Trondheim to Ulaanbaatar, 3 December. Thanks!',
])('books the cheapest exactly once: %s', async (message) => {
  const { calls, booked, text } = await new DeskTalk().say(message)
  expect(searches(calls)).toEqual([thirdOfDecember])
  expect(booked).toEqual([cheapest(...thirdOfDecember)])
  expect(text).toContain('REF1')
})

test.each([
  ['I need to get to Lima from Oslo tomorrow', 'Oslo', 'Lima', '2026-11-26'],
  ['fly me Lisbon → Porto today', 'Lisbon', 'Porto', '2026-11-25'],
  ['a flight from Oslo7 to Limaq42 tomorrow, please', 'Oslo7', 'Limaq42', '2026-11-26'],
  ['any flights Paris - Rome on Monday?', 'Paris', 'Rome', '2026-11-30'],
  ['any flights Paris–Rome on Monday?', 'Paris', 'Rome', '2026-11-30'],
  ['OSL-LIM, day after tomorrow', 'OSL', 'LIM', '2026-11-27'],
  ['from new york to rio de janeiro next friday', 'New York', 'Rio de Janeiro', '2026-12-04'],
  ['Nice to Paris the 5th', 'Nice', 'Paris', '2026-12-05'],
  ['to Ho Chi Minh City from São Paulo on Dec 3rd', 'Ho Chi Minh City', 'São Paulo', '2026-12-03'],
  ['leaving Bergen for The Hague in two weeks', 'Bergen', 'The Hague', '2026-12-09'],
  [
    'Port of Spain to Frankfurt am Main on 1 March',
    'Port of Spain',
    'Frankfurt am Main',
    '2027-03-01',
  ],
  ['St. Louis to Aix-en-Provence this weekend', 'St. Louis', 'Aix-en-Provence', '2026-11-28'],
  ['東京 → 大阪 on Christmas Eve', '東京', '大阪', '2026-12-24'],
  ['How much is a flight from Kraków to Łódź on 29 February?', 'Kraków', 'Łódź', '2028-02-29'],
  [
    'Origin: Little Rock, destination: Los Angeles, 4.12.',
    'Little Rock',
    'Los Angeles',
    '2026-12-04',
  ],
  ["Don't book anything, just show me Oslo to Bergen on Sunday", 'Oslo', 'Bergen', '2026-11-29'],
  [
    'Is there a flight out of Xqzvillage into Blorbstadt on 12/25/2026?',
    'Xqzvillage',
    'Blorbstadt',
    '2026-12-25',
  ],
])('reads the route and the day: %s', async (message, from, to, day) => {
  const [origin, destination] = message.startsWith('to ') ? [to, from] : [from, to]
  const { calls, booked, text } = await new DeskTalk().say(message)
  expect(searches(calls)).toEqual([[origin, destination, day]])
  expect(booked).toEqual([])
  expect(text).toContain(cheapest(origin, destination, day))
})

test('asks for all prices at once, and says them', async () => {
  const { calls, text } = await new DeskTalk().say('Flights from Oslo to Lima tomorrow')
  const flights = findFlights('Oslo', 'Lima', '2026-11-26').map((flight) => flight.flight_number)
  const priced = calls.filter((call) => call.name === 'get_flight_price')
  expect(priced.map((call) => call.args.flight_number)).toEqual(flights)
  for (const flight of flights) expect(text).toContain(`€${priceOf(flight)}`)
})

test.each([
  ['Book AB123 and CD456', ['AB123', 'CD456']],
  ['Please book two seats on AB123 and one on CD456', ['AB123', 'AB123', 'CD456']],
  ['book TD 4821 please', ['TD4821']],
  [
    'Book the cheapest from Oslo to Lima on 3 December and back on the 10th',
    [cheapest('Oslo', 'Lima', '2026-12-03'), cheapest('Lima', 'Oslo', '2026-12-10')],
  ],
  [
    'Book two flights: Oslo to Rome on 3 December and Rome to Oslo on 10 December',
    [cheapest('Oslo', 'Rome', '2026-12-03'), cheapest('Rome', 'Oslo', '2026-12-10')],
  ],
  [
    'Book the cheapest flight from Oslo to Lima on 3 December. Then book the cheapest flight from Lima to Quito on 5 December.',
    [cheapest('Oslo', 'Lima', '2026-12-03'), cheapest('Lima', 'Quito', '2026-12-05')],
  ],
  [
    'Make two bookings on the cheapest flight from Oslo to Bergen tomorrow',
    [cheapest('Oslo', 'Bergen', '2026-11-26'), cheapest('Oslo', 'Bergen', '2026-11-26')],
  ],
])('makes as many bookings as were asked for: %s', async (message, flights) => {
  const { booked } = await new DeskTalk().say(message)
  expect(booked).toEqual(flights)
})

test('asks for what is missing and uses what was said before', async () => {
  const desk = new DeskTalk()
  const first = await desk.say('I need to book a flight to Lima')
  expect(first).toMatchObject({ calls: [], booked: [] })
  expect(first.text).toMatch(/from.*which day/)
  expect((await desk.say('oslo')).text).toMatch(/from Oslo to Lima.*which day/i)
  const last = await desk.say('on 3 December')
  expect(last.booked).toEqual([cheapest('Oslo', 'Lima', '2026-12-03')])
})

test('goes on from an earlier search', async () => {
  const desk = new DeskTalk()
  await desk.say('Flights from Oslo to Lima on 3 December?')
  const sunday = await desk.say('and on Sunday instead?')
  expect(searches(sunday.calls)).toEqual([['Oslo', 'Lima', '2026-11-29']])
  const madrid = await desk.say('what about Madrid instead?')
  expect(searches(madrid.calls)).toEqual([['Oslo', 'Madrid', '2026-11-29']])
  const back = await desk.say('and back on Friday 4 December?')
  expect(searches(back.calls)).toEqual([['Madrid', 'Oslo', '2026-12-04']])
})

test.each([
  ['book the second one', 1],
  ["I'll take number 2", 1],
  ['Book the cheapest', 0],
  ['yes please', 0],
  ['book it', 0],
  ['book the last one', -1],
])('books what was offered: %s', async (message, place) => {
  const desk = new DeskTalk()
  const { text } = await desk.say('Flights from Oslo to Lima on 3 December?')
  const shown = [...text.matchAll(/^\d\. (\w+),/gm)].map((match) => match[1]!)
  const { booked, calls } = await desk.say(message)
  expect(booked).toEqual([shown.at(place)])
  expect(calls.map((call) => call.name)).toEqual(['book_flight'])
})

test('tells a price, and books "it"', async () => {
  const desk = new DeskTalk()
  expect((await desk.say('how much is AB123?')).text).toContain(`€${priceOf('AB123')}`)
  expect((await desk.say('book it')).booked).toEqual(['AB123'])
})

test.each(['What have I booked?', 'show my bookings', 'Do I have any reservations?', 'my trips'])(
  'lists the bookings: %s',
  async (message) => {
    const desk = new DeskTalk()
    await desk.say('Book AB123')
    const { calls, text } = await desk.say(message)
    expect(calls.map((call) => call.name)).toEqual(['list_bookings'])
    expect(text).toMatch(/AB123.*REF1/)
  },
)

test.each([
  ['Hi!', /welcome/],
  ['Thanks a lot', /welcome/],
  ['help', /find flights/],
  ['no thanks', /All right/],
  ['What is the weather in Oslo?', /not sure/],
  ['Cancel my booking', /cannot change or cancel/],
  ['book it', /Which flight/],
  ['Flights from Oslo to Lima on 3 December 2020', /in the past/],
  ['Flights from Oslo to Oslo tomorrow', /in Oslo already/],
  ['', /not sure/],
])('answers without calling a tool: %s', async (message, expected) => {
  const { calls, text } = await new DeskTalk().say(message)
  expect(calls).toEqual([])
  expect(text).toMatch(expected)
})

test('a booking that was not confirmed is not tried again', async () => {
  const desk = new DeskTalk()
  const model = new OfflineModel({ delayMs: 0 })
  desk.items.push({ role: 'user', content: 'Book AB123' })
  const { output } = await model.getResponse(desk.request())
  const call = output.find((item) => item.type === 'function_call')!
  desk.items.push(
    ...output,
    toResult(call.callId, call.name, 'The call was interrupted; its effect is unknown.'),
  )
  const after = await model.getResponse(desk.request())
  expect(after.output.map((item) => item.type)).toEqual(['message'])
  expect(JSON.stringify(after.output)).toContain('could not confirm')
})

test('calls only tools that it was given', async () => {
  const desk = new DeskTalk()
  desk.items.push({ role: 'user', content: 'Book AB123' })
  const { output } = await new OfflineModel({ delayMs: 0 }).getResponse(desk.request({ tools: [] }))
  expect(output.map((item) => item.type)).toEqual(['message'])
})

test('streams its words one by one, about as slowly as it is told', async () => {
  const desk = new DeskTalk()
  desk.items.push({ role: 'user', content: 'Hi' })
  const started = Date.now()
  const deltas: string[] = []
  let whole = ''
  for await (const event of new OfflineModel({ delayMs: 300 }).getStreamedResponse(
    desk.request(),
  )) {
    if (event.type === 'output_text_delta') deltas.push(event.delta)
    if (event.type === 'response_done') whole = JSON.stringify(event.response.output)
  }
  expect(deltas.length).toBeGreaterThan(10)
  expect(whole).toContain(JSON.stringify(deltas.join('')).slice(1, -1))
  expect(Date.now() - started).toBeGreaterThanOrEqual(250)
})

test('stops when its signal says so', async () => {
  const desk = new DeskTalk()
  desk.items.push({ role: 'user', content: 'Hi' })
  const model = new OfflineModel({ delayMs: 60_000 })
  const request = desk.request({ signal: AbortSignal.timeout(20) })
  await expect(model.getResponse(request)).rejects.toThrow()
  const stream = model.getStreamedResponse(request)[Symbol.asyncIterator]()
  await stream.next()
  await expect(stream.next()).rejects.toThrow()
})

test('counts tokens by the length of what it reads and writes', async () => {
  const desk = new DeskTalk()
  desk.items.push({ role: 'user', content: 'Hi' })
  const { usage } = await new OfflineModel({ delayMs: 0 }).getResponse(desk.request())
  expect(usage.inputTokens).toBeGreaterThan(20)
  expect(usage.totalTokens).toBe(usage.inputTokens + usage.outputTokens)
})
