import { InvalidArgumentError } from 'commander'
import { beginsWithDay } from '../core/calendar-day.ts'
import { settingsSchema } from '../core/settings-schema.ts'

/** A parser of an option that is a whole number. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= least && value <= most) return value
    const range = `${least.toLocaleString('en')} to ${most.toLocaleString('en')}`
    throw new InvalidArgumentError(`Accepted is a whole number from ${range}.`)
  }
}

export function seconds(text: string): number {
  const value = Number(text)
  if (/^\d+(\.\d+)?$/.test(text) && value <= 86_400) return value
  throw new InvalidArgumentError('Accepted is a number of seconds from 0 to 86,400.')
}

export function days(text: string): number {
  const value = Number(text)
  if (/^\d+(\.\d+)?$/.test(text) && value > 0 && value <= 36_500) return value
  throw new InvalidArgumentError('Accepted is a number of days above 0 and up to 36,500.')
}

const isoMoment = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/

/** A moment in milliseconds; of UTC unless it says another zone, as all that is printed. */
export function moment(text: string): number {
  const [, time, , , zone] = isoMoment.exec(text) ?? []
  const value = Date.parse(time !== undefined && zone === undefined ? `${text}Z` : text)
  if (isoMoment.test(text) && beginsWithDay(text) && value >= 0) return value
  throw new InvalidArgumentError('Accepted is a date like 2026-01-31 or 2026-01-31T12:00Z.')
}

/** `a,b`: names without the spaces around them. */
export function names(text: string): string[] {
  const list = text.split(',').map((name) => name.trim())
  if (list.every((name) => name !== '')) return list
  throw new InvalidArgumentError('Accepted are names with commas between them, e.g. a,b.')
}

export function tablePrefix(text: string): string {
  const parsed = settingsSchema.shape.tablePrefix.safeParse(text)
  if (parsed.success) return parsed.data
  throw new InvalidArgumentError(`Accepted are ${parsed.error.issues[0]?.message}.`)
}
