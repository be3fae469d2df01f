import { createClient } from 'agentic-node/client'

// In a page of the same origin `url: '/agents'` is enough, and its cookie says who asks.
const client = createClient({
  url: process.env['AGENTIC_URL'] ?? 'http://localhost:3000/agents',
  headers: { 'x-user': 'ada' },
})

/** Asks, shows the answer word by word, and answers the finished run. */
export async function ask(input: string, show: (text: string) => void) {
  const { run_id } = await client.submit({ session_key: 'chat', input })
  for await (const { event_type, payload } of client.events(run_id)) {
    if (event_type === 'text_delta') show(String(payload['text']))
  }
  return client.get(run_id)
}
