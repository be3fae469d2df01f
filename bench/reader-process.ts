import { Agent, request, type IncomingMessage } from 'node:http'
import { now, since } from './clock.ts'
import { quantile } from './report.ts'

/** Readers in a process of their own, so that listening costs nobody who is measured. */
export type ReaderCommand =
  | { kind: 'open'; port: number; streams: { path: string; user: string }[] }
  | { kind: 'ended' }
  | { kind: 'close' }

export interface Heard {
  /** Deltas received, by all readers together. */
  deltas: number
  /** Streams that the server ended after the run's end. */
  completed: number
  fromEmit: { p50: number; p99: number }
  fromCommit: { p50: number; p99: number }
}

interface Lags {
  fromEmit: number[]
  fromCommit: number[]
}

/** So many connect at once: thousands of people do not arrive in the same millisecond. */
const wave = 100

let open: { ended: Promise<boolean>; destroy: () => void }[] = []
let lags: Lags = { fromEmit: [], fromCommit: [] }

process.on('message', (command: ReaderCommand) => {
  answer(command).then(
    (reply) => process.send?.(reply),
    (error: unknown) => process.send?.({ error: String(error) }),
  )
})
process.on('disconnect', () => process.exit(0))

async function answer(command: ReaderCommand): Promise<object> {
  if (command.kind === 'open') {
    lags = { fromEmit: [], fromCommit: [] }
    const agent = new Agent({ maxSockets: Infinity })
    open = []
    for (let n = 0; n < command.streams.length; n += wave) {
      const streams = command.streams.slice(n, n + wave)
      open.push(...(await Promise.all(streams.map(async (one) => read(agent, command.port, one)))))
    }
    return { opened: open.length }
  }
  if (command.kind === 'close') {
    for (const reader of open) reader.destroy()
    return { closed: open.length }
  }
  const ends = await Promise.all(open.map(async (reader) => reader.ended))
  return heard(ends.filter(Boolean).length)
}

function heard(completed: number): Heard {
  const of = (values: number[]) => ({ p50: quantile(values, 0.5), p99: quantile(values, 0.99) })
  const { fromEmit, fromCommit } = lags
  return { deltas: fromEmit.length, completed, fromEmit: of(fromEmit), fromCommit: of(fromCommit) }
}

/** Resolves when the answer has begun. */
async function read(agent: Agent, port: number, { path, user }: { path: string; user: string }) {
  const headers = { 'x-user': user, accept: 'text/event-stream' }
  const sent = request({ host: '127.0.0.1', port, path, headers, agent })
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve)
    sent.once('error', reject)
    sent.end()
  })
  if (response.statusCode !== 200) throw new Error(`a stream answered ${response.statusCode}`)
  return { ended: listen(response), destroy: () => sent.destroy() }
}

/** Answers whether the stream ended with the run. */
async function listen(response: IncomingMessage): Promise<boolean> {
  let rest = ''
  let known = 0
  let isCompleted = false
  response.setEncoding('utf8')
  response.on('data', (chunk: string) => {
    const messages = (rest + chunk).split('\n\n')
    rest = messages.pop() ?? ''
    for (const message of messages) {
      known = hear(message, known)
      isCompleted ||= message.includes('event: run.completed')
    }
  })
  return new Promise((resolve) => {
    response.on('close', () => resolve(isCompleted))
    // A reader that is closed is told so as an error.
    response.on('error', () => {})
  })
}

/** Notes how late each delta is that was not known yet; those said last come with the whole message. */
function hear(message: string, known: number): number {
  const committed = /"created_at":"([^"]+)"/.exec(message)?.[1]
  let next = known
  for (const [, n, saidAt] of message.matchAll(/(\d+)@(\d+\.\d)/g)) {
    if (Number(n) < next) continue
    next = Number(n) + 1
    lags.fromEmit.push(since(Number(saidAt)))
    if (committed !== undefined) lags.fromCommit.push(now() - Date.parse(committed))
  }
  return next
}
