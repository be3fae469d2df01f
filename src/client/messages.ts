import { silentMs, unreachable } from './request.ts'

export interface Message {
  id: string
  event: string
  data: string
}

/** The messages of an event stream. Ends with it; `retry` is told how long the server wants us to wait then. */
export async function* messages(
  response: Response,
  signal: AbortSignal | undefined,
  retry: (milliseconds: number) => void,
): AsyncGenerator<Message, void, undefined> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await inTime(reader.read()).catch((cause: unknown) =>
        unreachable(cause, signal),
      )
      if (done) return
      const blocks = (rest + value).split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) {
        const message: Message = { id: '', event: '', data: '' }
        for (const line of block.split('\n')) {
          const [, field, text = ''] = /^(\w+): ?(.*)$/s.exec(line) ?? []
          if (field === 'retry') retry(Math.max(Number(text) || 1000, 100))
          else if (field === 'id' || field === 'event' || field === 'data') message[field] = text
        }
        if (message.data !== '') yield message
      }
    }
  } finally {
    // Nobody waits for the end of a line that may be dead.
    reader.cancel().catch(() => {})
  }
}

async function inTime<T>(promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Nothing was heard for ${silentMs} ms.`)), silentMs)
  })
  try {
    return await Promise.race([promise, silence])
  } finally {
    clearTimeout(timer)
  }
}
