import { markup, type Markup } from '../html/markup.ts'

const numbers = new Intl.NumberFormat('en')

export const count = (value: number): string => numbers.format(value)

const short = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 })

/** `9.4M`. */
export const compact = (value: number): string => short.format(value)

const money = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 })

/** As the app's `estimateCost` says it: in what unit is the app's to know. */
export const costText = (cost: number | undefined): string =>
  cost === undefined ? '–' : money.format(cost)

/** `1 run`, `2 runs`. */
export function countOf(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`
}

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** `340 ms`, `4.2 s`, `3 min 12 s`, `2 h 5 min`, `3 d 4 h`. */
export function duration(ms: number): string {
  const whole = Math.max(0, Math.round(ms))
  if (whole < second) return `${whole} ms`
  if (whole < 10 * second) return `${(whole / second).toFixed(1)} s`
  if (whole < minute) return `${Math.round(whole / second)} s`
  if (whole < hour) return inTwo(whole, [minute, 'min'], [second, 's'])
  if (whole < day) return inTwo(whole, [hour, 'h'], [minute, 'min'])
  return inTwo(whole, [day, 'd'], [hour, 'h'])
}

function inTwo(ms: number, [large, ofLarge]: [number, string], [small, ofSmall]: [number, string]) {
  const rest = Math.floor((ms % large) / small)
  return `${Math.floor(ms / large)} ${ofLarge}${rest === 0 ? '' : ` ${rest} ${ofSmall}`}`
}

/** `2026-11-26 17:54:35`, of UTC. */
export function clock(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
}

/** `26 Nov 17:54:35`, with all of it for whoever asks. */
export function moment(ms: number): Markup {
  const iso = new Date(ms).toISOString()
  const [date = '', time = ''] = shortMoment.format(ms).split(', ')
  return markup`<time datetime="${iso}" title="${iso}">${date} ${time}</time>`
}

const shortMoment = new Intl.DateTimeFormat('en-GB', {
  ...{ timeZone: 'UTC', day: 'numeric', month: 'short' },
  ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
})

/** Ids are told apart by their end, and searched by their beginning. */
export function shortId(id: string): string {
  return id.length <= 16 ? id : `${id.slice(0, 8)}…${id.slice(-4)}`
}

/** Text cut to what a glance can take. */
export function beginning(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most).toWellFormed()}…`
}
