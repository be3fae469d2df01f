import { addDays, monthNames, toDay, weekdayNames, weekdayOf } from './calendar.ts'

export interface DatedText {
  /** The text with each date replaced by `#d0#`, `#d1#` … */
  text: string
  days: string[]
}

/** The match and its groups. */
type Groups = (string | undefined)[]
type Reading = (match: Groups, today: string) => string | undefined

const months = monthNames.map((name) => `${name}|${name.slice(0, 3)}`).join('|')
const month = `(${months}|Sept)\\b\\.?`
const weekdays = weekdayNames.join('|')
const short = 'Sun|Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat'
const lead = `(?:(?:${weekdays}|${short})\\b\\.?,?\\s+)?(?:the\\s+)?`
const dayNumber = '(\\d{1,2})(?:st|nd|rd|th)?'
const year = '(?:,?\\s+(\\d{4}))?'
const counts = 'a|an|one|two|three|four|five|six|seven|eight|nine|ten|\\d{1,3}'
const countWords = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
]
const thing = 'one|flight|option|result|offer|choice|connection|ticket|seat|cheapest|fastest'

/** Most specific first: what one pattern has read, the next ones no longer see. */
const patterns: [RegExp, Reading][] = [
  [
    /\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\b/g,
    ([, y, m, d]) => toDay(Number(y), Number(m), Number(d)),
  ],
  [
    /\b(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})\b/g,
    ([, a, b, y], today) => numeric(a, b, y, today),
  ],
  [/\b(?!24\/7)(\d{1,2})\/(\d{1,2})\b/g, ([, a, b], today) => numeric(a, b, undefined, today)],
  [/\b(\d{1,2})\.(\d{1,2})\.(?!\d)/g, ([, a, b], today) => numeric(a, b, undefined, today)],
  [at(`${lead}${dayNumber}\\s+(?:of\\s+)?${month}${year}`), ([, d, m, y], t) => named(d, m, y, t)],
  [
    at(`${lead}${month}\\s+(?:the\\s+)?${dayNumber}\\b${year}`),
    ([, m, d, y], t) => named(d, m, y, t),
  ],
  [/\bday after tomorrow\b/gi, (_, today) => addDays(today, 2)],
  [/\b(?:a|one) week from (?:today|now)\b/gi, (_, today) => addDays(today, 7)],
  [/\b(?:a|one) week from tomorrow\b/gi, (_, today) => addDays(today, 8)],
  [
    at(`in\\s+(${counts})\\s+(day|week|fortnight|month)s?`),
    ([, n, unit], today) => later(n, unit, today),
  ],
  [
    at(`(${counts})\\s+(day|week|month)s?\\s+from\\s+(?:now|today)`),
    ([, n, u], t) => later(n, u, t),
  ],
  [/\btomorrow\b/gi, (_, today) => addDays(today, 1)],
  [/\b(?:today|tonight|this (?:morning|afternoon|evening))\b/gi, (_, today) => today],
  [
    at(`next\\s+week\\s+(?:on\\s+)?(${weekdays})`),
    ([, name], today) => weekday('next', name, today),
  ],
  [at(`(${weekdays})\\s+next\\s+week`), ([, name], today) => weekday('next', name, today)],
  [/\bnext week\b/gi, (_, today) => addDays(today, 7)],
  [/\bnext month\b/gi, (_, today) => later('1', 'month', today)],
  [/\b(?:(this|next)\s+|the\s+)?weekend\b/gi, ([, which], t) => weekday(which, 'Saturday', t)],
  [
    at(`(?:a\\s+week\\s+(?:on|from)\\s+)(${weekdays})`),
    ([, name], t) => addDays(coming(name, t), 7),
  ],
  [at(`(next|this|coming)\\s+(${weekdays}|${short})\\b`), ([, w, name], t) => weekday(w, name, t)],
  [at(`(${weekdays})s?`), ([, name], today) => weekday(undefined, name, today)],
  [
    new RegExp(`\\bon\\s+(${short})\\b`, 'gi'),
    ([, name], today) => weekday(undefined, name, today),
  ],
  [
    new RegExp(`\\b(${short})\\b(?!\\s+\\p{Lu})`, 'gu'),
    ([, name], t) => weekday(undefined, name, t),
  ],
  [at('christmas eve'), (_, today) => named('24', 'Dec', undefined, today)],
  [at('christmas(?: day)?'), (_, today) => named('25', 'Dec', undefined, today)],
  [/\bnew year['’]?s eve\b/gi, (_, today) => named('31', 'Dec', undefined, today)],
  [/\bnew year['’]?s(?: day)?\b/gi, (_, today) => named('1', 'Jan', undefined, today)],
  [
    at(
      `(?<!\\b(?:book|take|reserve|buy|pick|choose|want|about|is|and) )the\\s+(\\d{1,2})(?:st|nd|rd|th)\\b(?!\\s+(?:${thing}))`,
    ),
    ([, d], today) => nextDayOfMonth(Number(d), today),
  ],
  [
    at(
      `(?:on|for|by|leaving|departing|returning|around)\\s+(?:the\\s+)?(\\d{1,2})(?:st|nd|rd|th)\\b(?!\\s+(?:${thing}))`,
    ),
    ([, d], today) => nextDayOfMonth(Number(d), today),
  ],
  [
    /^\W*(?:the\s+)?(\d{1,2})(?:st|nd|rd|th)\W*$/gi,
    ([, d], today) => nextDayOfMonth(Number(d), today),
  ],
]

/** Finds the dates a person would mean, relative to `today`. */
export function readDates(message: string, today: string): DatedText {
  const days: string[] = []
  let text = message
  for (const [pattern, read] of patterns) {
    text = text.replace(pattern, (...parts: unknown[]) => {
      const groups = parts.filter((part) => typeof part === 'string' || part === undefined)
      const day = read(groups.slice(0, -1), today)
      if (!day) return String(parts[0])
      days.push(day)
      return ` #d${days.length - 1}# `
    })
  }
  return { text, days }
}

function at(source: string): RegExp {
  return new RegExp(`\\b${source}`, 'gi')
}

/** Day before month, unless that cannot be. */
function numeric(a = '', b = '', y: string | undefined, today: string): string | undefined {
  const [first, second] = [Number(a), Number(b)]
  const [dayOfMonth, monthNumber] = second > 12 ? [second, first] : [first, second]
  if (y !== undefined)
    return toDay(y.length === 2 ? 2000 + Number(y) : Number(y), monthNumber, dayOfMonth)
  return nextOccurrence(monthNumber, dayOfMonth, today)
}

function named(d = '', m = '', y: string | undefined, today: string): string | undefined {
  const monthNumber =
    monthNames.findIndex((name) => name.slice(0, 3).toLowerCase() === m.slice(0, 3).toLowerCase()) +
    1
  return y
    ? toDay(Number(y), monthNumber, Number(d))
    : nextOccurrence(monthNumber, Number(d), today)
}

function nextOccurrence(
  monthNumber: number,
  dayOfMonth: number,
  today: string,
): string | undefined {
  const thisYear = Number(today.slice(0, 4))
  const candidates = [0, 1, 2, 3, 4].map((more) => toDay(thisYear + more, monthNumber, dayOfMonth))
  return candidates.find((day) => day !== undefined && day >= today)
}

function nextDayOfMonth(dayOfMonth: number, today: string): string | undefined {
  const [thisYear = 0, thisMonth = 1] = today.split('-').map(Number)
  const candidates = [0, 1, 2, 3].map((more) => {
    const index = thisMonth - 1 + more
    return toDay(thisYear + Math.floor(index / 12), (index % 12) + 1, dayOfMonth)
  })
  return candidates.find((day) => day !== undefined && day >= today)
}

function later(n = '', unit = '', today: string): string | undefined {
  const word = n.toLowerCase()
  const count = /^an?$/.test(word) ? 1 : /^\d/.test(word) ? Number(word) : countWords.indexOf(word)
  const days = { day: 1, week: 7, fortnight: 14 }[unit.toLowerCase()]
  if (days) return addDays(today, count * days)
  const [thisYear = 0, thisMonth = 1, dayOfMonth = 1] = today.split('-').map(Number)
  const index = thisMonth - 1 + count
  return toDay(thisYear + Math.floor(index / 12), (index % 12) + 1, Math.min(dayOfMonth, 28))
}

/** "next Friday" is the Friday of next week (weeks begin on Monday), any other Friday the one coming. */
function weekday(which: string | undefined, name = '', today: string): string | undefined {
  const soon = coming(name, today)
  if (which?.toLowerCase() === 'this' && weekdayOf(today) === weekdayOf(soon)) return today
  if (which?.toLowerCase() !== 'next') return soon
  const mondayOfNextWeek = addDays(today, 7 - ((weekdayOf(today) + 6) % 7))
  return soon < mondayOfNextWeek ? addDays(soon, 7) : soon
}

/** The first such day after today. */
function coming(name = '', today: string): string {
  const wanted = weekdayNames.findIndex(
    (weekdayName) => weekdayName.slice(0, 3).toLowerCase() === name.slice(0, 3).toLowerCase(),
  )
  return addDays(today, ((wanted - weekdayOf(today) + 6) % 7) + 1)
}
