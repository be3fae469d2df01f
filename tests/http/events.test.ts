import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { expect, test } from 'vitest'
import { calls, held, says, scripted, streaming } from './agents.ts'
import { testApp, type TestApp } from './app.ts'

const stream = { accept: 'text/event-stream' }
const flight = () => scripted(calls('find_flight', { to: 'Oslo' }), says('AF1 it is'))

async function finished(app: TestApp, fields = {}): Promise<string> {
  const id = await app.submit(fields)
  await app.agentic.runs.wait({ owner: 'ada', id })
  return id
}

function parse(text: string): EventSourceMessage[] {
  const messages: EventSourceMessage[] = []
  createParser({ onEvent: (message) => messages.push(message) }).feed(text)
  return messages
}

/** Reads messages until the one of that type has come, then goes away. */
async function readUntil(answer: Response, type: string): Promise<EventSourceMessage[]> {
  const messages: EventSourceMessage[] = []
  const parser = createParser({ onEvent: (message) => messages.push(message) })
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
  while (!messages.some((message) => message.event === type)) {
    const { done = true, value = '' } = (await reader?.read()) ?? {}
    if (done) break
    parser.feed(value)
  }
  await reader?.cancel()
  return messages
}

test('events are polled in pages, numbered without gaps, the terminal one last', async () => {
  const app = testApp(flight())
  const id = await finished(app)
  const types: string[] = []
  const sequences: number[] = []
  for (let after = 0; ; after = sequences.length) {
    const answer = await app.ask('GET', `runs/${id}/events/?after=${after}&limit=2`)
    const { run_id, events } = await answer.json()
    expect(run_id).toBe(id)
    if (events.length === 0) break
    for (const event of events) {
      expect(Object.keys(event)).toEqual(['sequence', 'event_type', 'payload', 'created_at'])
      types.push(event.event_type)
      sequences.push(event.sequence)
    }
  }
  expect(sequences).toEqual(sequences.map((_value, index) => index + 1))
  expect(types[0]).toBe('run.created')
  expect(types).toEqual(expect.arrayContaining(['tool_called', 'tool_output']))
  expect(types.filter((type) => type === 'run.completed')).toEqual([types.at(-1)])
})

test('words are on the stream before the model has finished them', async () => {
  const model = streaming('One word after the other')
  const app = testApp(scripted(model.step))
  const id = await app.submit()
  const answer = await app.ask('GET', `runs/${id}/events/`, { headers: stream })
  const delta = (await readUntil(answer, 'text_delta')).at(-1)
  expect(JSON.parse(delta?.data ?? '').payload).toMatchObject({ offset: 0, attempt: 1 })
  const html = await (await app.ask('GET', `runs/${id}/fragment/`)).text()
  expect(html).toContain('agent-run__partial')
  model.release()
  await app.agentic.runs.wait({ owner: 'ada', id })
})

test('a stream shows what happens while it happens, and ends with the run', async () => {
  const model = held('Later')
  const app = testApp(scripted(model.step))
  const id = await app.submit()
  const answer = await app.ask('GET', `runs/${id}/events/`, { headers: stream })
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'text/event-stream',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
  })
  const early = await app.ask('GET', `runs/${id}/events/`, { headers: stream })
  await readUntil(early, 'run.attempt_started')
  model.release()
  const messages = parse(await answer.text())
  expect(messages.map(({ id: sequence }) => Number(sequence))).toEqual(
    messages.map((_message, index) => index + 1),
  )
  expect(messages.at(-1)?.event).toBe('run.completed')
  const { data = '{}', event } = messages[0] ?? {}
  expect(JSON.parse(data)).toMatchObject({ sequence: 1, event_type: event })
})

test('a reader that comes back at any id gets exactly the rest', async () => {
  const app = testApp(flight())
  const id = await finished(app)
  const all = parse(await (await app.ask('GET', `runs/${id}/events/`, { headers: stream })).text())
  expect(all.length).toBeGreaterThan(5)
  for (const [index, { id: seen = '' }] of all.entries()) {
    const rest = all.slice(index + 1)
    const headers = { ...stream, 'last-event-id': seen }
    const byHeader = await app.ask('GET', `runs/${id}/events/?after=0`, { headers })
    const byAddress = await app.ask('GET', `runs/${id}/events/?after=${seen}`, { headers: stream })
    expect(byHeader.status).toBe(rest.length === 0 ? 204 : 200)
    expect(parse(await byHeader.text())).toEqual(rest)
    expect(parse(await byAddress.text())).toEqual(rest)
  }
  const beyond = await app.ask('GET', `runs/${id}/events/?after=9999`, { headers: stream })
  expect(beyond.status).toBe(204)
})

test('a conversation is one stream over its runs, resumed by run and sequence', async () => {
  const app = testApp(scripted(says('First answer'), says('Second answer')))
  const first = await finished(app)
  const second = await finished(app)
  const follow = async (headers = {}) =>
    app.ask('GET', 'sessions/chat-1/events/', { headers: { ...stream, ...headers } })
  const polled = await (await app.ask('GET', 'sessions/chat-1/events/')).json()
  const ids = polled.events.map(
    (event: { run_id: string; sequence: number }) => `${event.run_id}:${event.sequence}`,
  )
  expect(polled.session_key).toBe('chat-1')
  const firstEnd = ids.findLastIndex((id: string) => id.startsWith(first))
  const rest = await readUntil(await follow({ 'last-event-id': ids[firstEnd] }), 'run.completed')
  expect(rest.map(({ id }) => id)).toEqual(ids.slice(firstEnd + 1))
  expect(rest.every(({ id }) => id?.startsWith(second))).toBe(true)
  const page = await app.ask('GET', `sessions/chat-1/events/?after=${ids[1]}&limit=1`)
  expect((await page.json()).events).toEqual([polled.events[2]])
})

test('a cursor before what is kept gets 410, and on a stream a fresh start', async () => {
  const model = streaming('One word after the other')
  const pruning = { deltasMinutes: 0, lease: { sweepSeconds: 0.05 } }
  const app = testApp({ ...scripted(model.step), ...pruning })
  const id = await app.submit()
  await readUntil(await app.ask('GET', `runs/${id}/events/`, { headers: stream }), 'text_delta')
  model.release()
  const old = async () => app.ask('GET', `runs/${id}/events/?after=1`)
  await expect.poll(async () => (await old()).status).toBe(410)
  const { code, first_available: first } = await (await old()).json()
  expect(code).toBe('events_pruned')
  const headers = { ...stream, 'last-event-id': '1' }
  const answer = await app.ask('GET', `runs/${id}/events/`, { headers })
  const [reset, ...rest] = parse(await answer.text())
  expect(reset).toMatchObject({ id: String(first - 1), event: 'reset' })
  expect(JSON.parse(reset?.data ?? '')).toMatchObject({
    first_available: first,
    run: { run_id: id, status: 'completed' },
  })
  expect(Number(rest[0]?.id)).toBe(first)
  expect(rest.at(-1)?.event).toBe('run.completed')
  const anew = await app.ask('GET', `runs/${id}/events/`)
  expect(anew.status).toBe(200)
})

test('with events off there are none to ask for', async () => {
  const app = testApp({ events: 'off' })
  const id = await app.submit()
  for (const path of [`runs/${id}/events/`, 'sessions/chat-1/events/']) {
    for (const headers of [{}, stream]) {
      const answer = await app.ask('GET', path, { headers })
      expect(answer.status).toBe(404)
      expect(await answer.json()).toMatchObject({ code: 'events_off' })
    }
  }
})

test('streams end in peace when the instance closes', async () => {
  const complaints: unknown[] = []
  const logger = { info() {}, warn() {}, error: (fields: unknown) => complaints.push(fields) }
  const app = testApp({ logger })
  const id = await app.submit()
  const ends: Promise<string>[] = []
  for (const path of [`runs/${id}/events/`, 'sessions/chat-1/events/']) {
    await readUntil(await app.ask('GET', path, { headers: stream }), 'run.created')
    // Open before the close: one that comes later is refused.
    const opened = await app.ask('GET', path, { headers: stream })
    ends.push(opened.text())
  }
  await app.agentic.close()
  for (const text of await Promise.all(ends)) expect(text).toContain('retry:')
  expect(complaints).toEqual([])
})

test('asking for the head of a stream follows nothing', async () => {
  const app = testApp()
  const id = await app.submit()
  const answer = await app.ask('HEAD', `runs/${id}/events/`, { headers: stream })
  expect(answer.status).toBe(200)
  expect(answer.body).toBeNull()
})
