import { html } from 'hono/html'
import type { Booking } from '../bookings.ts'
import type { Html } from './layout.ts'

/** What a user has booked, newest first. */
export function bookingsPanel(bookings: Booking[]): Html {
  if (bookings.length === 0) return html`<p class="hint">Nothing booked yet.</p>`
  return html`<ul class="tickets">
    ${bookings.map(ticket)}
  </ul>`
}

function ticket(booking: Booking): Html {
  const { flight_number: flight, origin, destination, travel_date: date, departs } = booking
  return html`<li class="ticket">
    <p class="ticket__way">${origin && destination ? html`${origin} → ${destination}` : flight}</p>
    <p class="ticket__facts">
      ${origin && html`<span>${flight}</span>`}
      ${date && html`<time datetime="${date}">${short(date)}</time>`}
      ${departs && html`<span>${departs}</span>`}
      <span>€${booking.price}</span>
    </p>
    <p class="ticket__reference">
      <span class="visually-hidden">Reference </span>${booking.reference}
    </p>
  </li>`
}

function short(day: string): string {
  const options = { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' } as const
  return new Date(`${day}T00:00:00Z`).toLocaleDateString('en-GB', options)
}
