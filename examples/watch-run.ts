import { createClient } from 'agentic-node/client'

// In a page of the same origin `url: '/agents'` is enough, and its cookie says who asks.
const client = createClient({
  url: process.env['AGENTIC_URL'] ?? 'http://localhost:3000/agents',
  headers: { 'x-user': 'ada' },
})

/** Asks, shows the answer as it grows, and answers the finished run. */
export async function ask(input: string, show: (text: string) => void) {
  const { run_id } = await client.submit({ session_key: 'chat', input })
  let text = ''
  for await (const { event_type, payload } of client.events(run_id)) {
    // After a crash in mid-message it is written once more, from an offset that is there already.
    if (event_type === 'run.attempt_started') text = ''
    if (event_type !== 'text_delta') continue
    text = text.slice(0, Number(payload['offset'])) + String(payload['text'])
    show(text)
  }
  return client.get(run_id)
}
