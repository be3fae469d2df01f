import { setTimeout as delay } from 'node:timers/promises'
import { createParser } from 'eventsource-parser'

/** An event as a stream showed it. */
export interface Seen {
  sequence: number
  type: string
}

const ends = ['run.completed', 'run.failed', 'run.cancelled']

/** As a browser does: whenever the stream ends or breaks it asks for what comes after the last one seen. */
export async function followToEnd(
  open: (after: number) => Promise<Response>,
  seen: Seen[],
): Promise<void> {
  const parser = createParser({
    onEvent: ({ id, event }) => seen.push({ sequence: Number(id), type: event ?? '' }),
  })
  while (!ends.includes(seen.at(-1)?.type ?? '')) {
    parser.reset()
    try {
      const response = await open(seen.at(-1)?.sequence ?? 0)
      if (response.status === 204) return
      if (response.ok) await read(response, (text) => parser.feed(text))
    } catch (error) {
      if (error instanceof Error && error.name === 'AbortError') throw error
      // Away, or killed in the middle.
    }
    await delay(100)
  }
}

async function read(response: Response, feed: (text: string) => void): Promise<void> {
  if (response.body === null) return
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) feed(text)
}
