/** Days as `YYYY-MM-DD`; arithmetic in UTC, so that no time zone can move a day. */

export const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

export const weekdayNames = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
]

export function addDays(day: string, count: number): string {
  const moment = new Date(`${day}T00:00:00Z`)
  moment.setUTCDate(moment.getUTCDate() + count)
  return moment.toISOString().slice(0, 10)
}

/** 0 is Sunday. */
export function weekdayOf(day: string): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay()
}

/** Undefined for a day that does not exist, e.g. 31 February. */
export function toDay(year: number, month: number, dayOfMonth: number): string | undefined {
  const moment = new Date(Date.UTC(year, month - 1, dayOfMonth))
  const exists = moment.getUTCMonth() === month - 1 && moment.getUTCDate() === dayOfMonth
  return exists ? moment.toISOString().slice(0, 10) : undefined
}

/** "Thursday 3 December 2026". */
export function spokenDay(day: string): string {
  const [year = 0, month = 1, dayOfMonth = 1] = day.split('-').map(Number)
  return `${weekdayNames[weekdayOf(day)]} ${dayOfMonth} ${monthNames[month - 1]} ${year}`
}
