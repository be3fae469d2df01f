'use client'

import { createClient } from 'agentic-node/client'
import { useRouter } from 'next/navigation'
import { useState, type FormEvent } from 'react'

export function Chat({ sessionKey }: { sessionKey: string }) {
  const [said, setSaid] = useState('')
  const router = useRouter()

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const input = String(new FormData(event.currentTarget).get('input'))
    const client = createClient({ url: '/agents' })
    const { run_id } = await client.submit({ session_key: sessionKey, input })
    for await (const { event_type, payload } of client.events(run_id)) {
      if (event_type !== 'text_delta') continue
      // After a crash in mid-message it is written once more, from an offset that is there already.
      setSaid((before) => before.slice(0, Number(payload.offset)) + String(payload.text))
    }
    // What was said is in the conversation now, which the page renders.
    setSaid('')
    router.refresh()
  }

  return (
    <form onSubmit={send}>
      <output>{said}</output>
      <input name="input" required aria-label="Message" />
      <button>Send</button>
    </form>
  )
}
