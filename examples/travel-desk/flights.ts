import { createHash } from 'node:crypto'

/** An airline nobody has: the same question always gets the same answer, for any two names. */

export interface Flight {
  flight_number: string
  airline: string
  departs: string
  /** `+1` after the time: the next day. */
  arrives: string
  duration_minutes: number
  stops: number
}

const airlines = [
  { code: 'NW', name: 'Northwind Air' },
  { code: 'TD', name: 'Tradewind' },
  { code: 'MX', name: 'Mistral Express' },
  { code: 'ZY', name: 'Zephyr Lines' },
  { code: 'PA', name: 'Pampero' },
  { code: 'LV', name: 'Levanter' },
]

export function findFlights(origin: string, destination: string, travelDate: string): Flight[] {
  const route = `${plain(origin)}>${plain(destination)}`
  const flightMinutes = 55 + (numberFrom(`minutes ${route}`) % 12) * 55
  const count = 3 + (numberFrom(`count ${route} ${travelDate}`) % 3)
  return Array.from({ length: count }, (_, index) =>
    flightAt(`${route} ${travelDate}`, index, count, flightMinutes),
  )
}

/** In whole euros. */
export function priceOf(flightNumber: string): number {
  return 49 + (numberFrom(`price ${flightNumber.toUpperCase()}`) % 480)
}

function flightAt(seed: string, index: number, count: number, flightMinutes: number): Flight {
  const number = numberFrom(`${seed} ${index}`)
  const airline = airlines[number % airlines.length]!
  const stops = [0, 1, 0, 2, 1][(number >>> 4) % 5]!
  const departs = 360 + Math.floor((index * 900) / count) + ((number >>> 7) % 24) * 5
  const duration = flightMinutes + stops * (45 + ((number >>> 12) % 10) * 15)
  return {
    flight_number: `${airline.code}${100 + ((number >>> 3) % 9900)}`,
    airline: airline.name,
    departs: clock(departs),
    arrives: clock(departs + duration),
    duration_minutes: duration,
    stops,
  }
}

function clock(minutes: number): string {
  const [day, rest] = [Math.floor(minutes / 1440), minutes % 1440]
  const time = `${String(Math.floor(rest / 60)).padStart(2, '0')}:${String(rest % 60).padStart(2, '0')}`
  return day > 0 ? `${time}+${day}` : time
}

function plain(name: string): string {
  return name.normalize('NFC').trim().toLowerCase()
}

function numberFrom(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0)
}
