export interface Message {
  id: string
  event: string
  data: string
}

/** A stream that says nothing for so long, not even a ping, is dead. */
const silentMs = 45_000

/** The messages of an event stream. Ends with the stream; `retry` is told when the server says how long to wait then. */
export async function* messages(
  response: Response,
  retry: (milliseconds: number) => void,
): AsyncGenerator<Message, void, undefined> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await soon(reader.read())
      if (done) return
      const blocks = (rest + value).split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) {
        const message: Message = { id: '', event: '', data: '' }
        for (const line of block.split('\n')) {
          const [, field, text = ''] = /^(\w+): (.*)$/.exec(line) ?? []
          if (field === 'retry') retry(Number(text))
          else if (field === 'id' || field === 'event' || field === 'data') message[field] = text
        }
        if (message.data !== '') yield message
      }
    }
  } finally {
    // Of a line that is dead nobody waits for the end.
    void reader.cancel().catch(() => {})
  }
}

async function soon<T>(promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('The stream went silent.')), silentMs)
  })
  try {
    return await Promise.race([promise, silence])
  } finally {
    clearTimeout(timer)
  }
}
