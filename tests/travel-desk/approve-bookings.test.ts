import { expect, test } from 'vitest'
import { findFlights } from '../../examples/travel-desk/flights.ts'
import { until } from '../support/sql.ts'
import { DeskClient } from './desk-client.ts'
import { deskFolder, startDesk } from './desk-server.ts'

test('a traveller who is asked takes another flight than the agent would', async () => {
  const desk = await startDesk(deskFolder(), { APPROVE_BOOKINGS: 'on', OFFLINE_DELAY_MS: '0' })
  const ada = await DeskClient.signIn(desk.url, 'ada')
  const message = 'Book the cheapest flight from Oslo to Lima on 2027-03-01'
  const run = await ada.ask(await ada.sessionKey(), message)
  await until(async () => (await ada.run(run)).status === 'awaiting_approval')
  const inbox = await (await ada.get('/agents/approvals/')).json()
  const [asked] = inbox.approvals
  expect(asked).toMatchObject({ run_id: run, tool_name: 'book_flight', kind: 'call' })
  expect(Date.parse(asked.expires_at) - Date.parse(asked.created_at)).toBeGreaterThan(86_300_000)
  const wanted = findFlights('Oslo', 'Lima', '2027-03-01').find(
    ({ flight_number: flight }) => flight !== asked.arguments.flight_number,
  )
  const flight_number = String(wanted?.flight_number)
  const decision = { decision: 'approve', arguments: JSON.stringify({ flight_number }) }
  await ada.post(`/agents/approvals/${asked.approval_id}/`, decision)
  const { status, final_output: said } = await ada.ended(run)
  expect(status).toBe('completed')
  expect(said).toContain('Booked')
  expect(await ada.bookings()).toMatchObject([{ flight_number }])
})
