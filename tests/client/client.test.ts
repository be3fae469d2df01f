import { createServer, type RequestListener } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { AgenticOptions } from 'agentic-node'
import { createClient, type RunEventJson } from 'agentic-node/client'
import { nodeHandler } from 'agentic-node/node'
import { calls, held, says, scripted, streaming } from '../http/agents.ts'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { createLine } from '../support/proxy.ts'
import { slowSpeaker } from '../support/slow-speaker.ts'
import { sql, until } from '../support/sql.ts'

const hello = { session_key: 'chat', input: 'Hi' }

/** A server of its own, and a client that reaches it over a line that can be disturbed. */
async function desk(options: Partial<AgenticOptions> = scripted(says('Hello!'))) {
  const database = temporaryDatabase()
  const agentic = instance({ ...options, database })
  const handle = nodeHandler(agentic)
  const url = await serve((request, response) => void handle(request, response))
  const line = await createLine(url)
  const clientOf = (user: string) =>
    createClient({ url: new URL('/agents/', line.url).href, headers: { 'x-user': user } })
  return { agentic, database, line, client: clientOf('ada'), clientOf }
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('a run is submitted, looked at, waited for and cancelled', async () => {
  const model = held('late')
  const { client } = await desk(scripted(says('Hello!'), model.step))
  const { run_id: id } = await client.submit(hello)
  expect(await client.wait(id)).toMatchObject({ status: 'completed', final_output: 'Hello!' })
  expect(await client.get(id)).toMatchObject({ run_id: id, session_key: 'chat', attempt: 1 })
  const next = await client.submit(hello)
  expect((await client.cancel(next.run_id)).cancel_requested).toBe(true)
  model.release()
  expect((await client.wait(next.run_id)).status).toBe('cancelled')
})

test('the documented lines show an answer as it grows', async () => {
  const model = streaming('One word after the other')
  const { line } = await desk(scripted(model.step))
  process.env['AGENTIC_URL'] = new URL('/agents', line.url).href
  const { ask } = await import('../../examples/watch-run.ts')
  let shown = ''
  const run = await ask('Hi', (text) => {
    shown = text
    model.release()
  })
  expect(run).toMatchObject({ status: 'completed', final_output: shown })
})

test('events come as they happen, to the last', async () => {
  const model = streaming('One word after the other')
  const { client } = await desk(scripted(model.step))
  const { run_id: id } = await client.submit(hello)
  const types: string[] = []
  for await (const event of client.events(id)) {
    types.push(event.event_type)
    if (event.event_type === 'text_delta') model.release()
  }
  expect(types[0]).toBe('run.created')
  expect(types.at(-1)).toBe('run.completed')
})

test('events go on where they were when the line is cut, again and again, or leads nowhere for a while', async () => {
  const words = Array.from({ length: 40 }, (_, n) => `${n} `)
  const speaker = slowSpeaker(words)
  const { client, line } = await desk({ agents: { desk: speaker.factory } })
  const { run_id: id } = await client.submit(hello)
  const seen: RunEventJson[] = []
  const reading = (async () => {
    for await (const event of client.events(id)) {
      seen.push(event)
      if (seen.length < 3) line.cut()
    }
  })()
  await until(() => seen.length >= 3)
  line.refuse()
  line.cut()
  speaker.releaseAll()
  await until(() => line.connections === 0)
  await line.accept()
  await reading
  expect(seen.map((event) => event.sequence)).toEqual(seen.map((_, index) => index + 1))
  expect(seen.at(-1)?.event_type).toBe('run.completed')
})

test('a submit whose answer is lost is made once', async () => {
  const { client, line, database } = await desk()
  line.freeze(['down'])
  const submitting = client.submit(hello)
  await until(
    async () => (await sql(database, 'select id from agentic_run').catch(() => [])).length,
  )
  line.cut()
  line.thaw()
  const { run_id: id } = await submitting
  expect(await client.wait(id)).toMatchObject({ status: 'completed' })
  expect(await sql(database, 'select id from agentic_run')).toEqual([{ id }])
})

test('an answer that breaks off in its middle is asked for again', async () => {
  const { agentic } = await desk()
  const handle = nodeHandler(agentic)
  let broken = 0
  const url = await serve((request, response) => {
    if (request.method === 'POST' || (broken += 1) > 2) return void handle(request, response)
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 900 })
    response.write('{"run_id":', () => response.destroy())
  })
  const client = createClient({ url: `${url}/agents`, headers: { 'x-user': 'ada' } })
  const { run_id: id } = await client.submit({ ...hello, idempotency_key: undefined })
  expect(await client.get(id)).toMatchObject({ run_id: id })
  expect(broken).toBe(3)
})

test('every submit has a key, also one that says it has none', async () => {
  const { client, line } = await desk()
  const keys: string[] = []
  line.watch((_direction, text) => keys.push(...(text.match(/"idempotency_key":"\w{32}"/g) ?? [])))
  await client.submit({ ...hello, idempotency_key: undefined })
  await client.submit(hello)
  expect(new Set(keys).size).toBe(2)
})

test('lines that only JavaScript took for broken are no broken lines', async () => {
  const text = 'one\u2028two\u2029three'
  const { client } = await desk(scripted(says(text)))
  const { run_id: id } = await client.submit(hello)
  const seen: number[] = []
  for await (const event of client.events(id)) seen.push(event.sequence)
  const run = await client.wait(id)
  expect(run.final_output).toBe(text)
  expect(seen).toEqual(Array.from({ length: run.last_sequence }, (_, n) => n + 1))
})

test('what cannot get better is an error at once: a page instead of an answer, headers that are not to be had', async () => {
  const url = await serve((_request, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Sign in</h1>'),
  )
  const { client: signedOut } = await desk()
  const client = createClient({ url })
  const page = {
    code: 'unexpected_answer',
    status: 200,
    message: expect.stringContaining('sign-in'),
  }
  await expect(client.get('x')).rejects.toMatchObject(page)
  await expect(client.events('x').next()).rejects.toMatchObject(page)
  await expect(client.wait('x')).rejects.toMatchObject(page)
  const headers = () => {
    throw new Error('signed out')
  }
  const nobody = createClient({ url, headers })
  await expect(nobody.events('x').next()).rejects.toThrow('signed out')
  expect(() => createClient({ url: '/agents' })).toThrow('Invalid URL')
  await expect(signedOut.get('../../elsewhere?')).rejects.toMatchObject({ code: 'not_found' })
})

test('who falls silent, before an answer or in a stream, is asked again', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const asked: string[] = []
  const silent = async (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    asked.push(String(url))
    if (asked.length % 2 === 1) {
      return new Response(new ReadableStream(), {
        headers: { 'content-type': 'text/event-stream' },
      })
    }
    return new Promise((_resolve, reject) => {
      init?.signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true })
    })
  }
  const stop = new AbortController()
  const client = createClient({ url: 'http://app.test/agents', fetch: silent })
  const next = client.events('x', { signal: stop.signal }).next()
  next.catch(() => {})
  for (const times of [2, 3, 4]) {
    await vi.advanceTimersByTimeAsync(45_000 + 15_000)
    expect(asked.length).toBeGreaterThanOrEqual(times)
  }
  stop.abort(new Error('enough'))
  await expect(next).rejects.toThrow('enough')
})

test('an answer of which only the head arrives is none', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const begun = (status: number) => async (_url: unknown, init?: RequestInit) => {
    const body = new ReadableStream({
      start: (controller) =>
        init?.signal?.addEventListener('abort', () => controller.error(new Error('aborted'))),
    })
    return new Response(body, { status, headers: { 'content-type': 'application/json' } })
  }
  const clientOf = (status: number) =>
    createClient({ url: 'http://app.test/agents', fetch: begun(status) })
  const asked = [clientOf(200).get('x'), clientOf(502).submit(hello)]
  const outcomes = Promise.all(asked.map(async (one) => one.catch((error: unknown) => error)))
  await vi.advanceTimersByTimeAsync(10 * 60_000)
  expect(await outcomes).toMatchObject([{ code: 'network' }, { code: 'http_502' }])
})

test('what the server refuses is an error with its code', async () => {
  const { client, clientOf } = await desk()
  const { run_id: id } = await client.submit(hello)
  const refusals = {
    not_found: clientOf('bob').get(id),
    unauthenticated: clientOf('').get(id),
    invalid_request: client.submit({ ...hello, session_key: 'not a key' }),
  }
  for (const [code, refusal] of Object.entries(refusals)) {
    await expect(refusal).rejects.toMatchObject({
      name: 'AgenticClientError',
      code,
      status: expect.toSatisfy((status: number) => status >= 400),
      message: expect.stringMatching(/\w+ \w+/),
    })
  }
  const events = clientOf('bob').events(id)
  await expect(events.next()).rejects.toMatchObject({ code: 'not_found', status: 404 })
})

test('a proxy that answers for a server which is away is asked again, and named when it stays so', async () => {
  const { agentic } = await desk()
  const handle = nodeHandler(agentic)
  let deploys = 2
  const url = await serve((request, response) => {
    if (deploys === 0) return void handle(request, response)
    deploys -= 1
    response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad Gateway</h1>')
  })
  const client = createClient({ url: `${url}/agents`, headers: async () => ({ 'x-user': 'ada' }) })
  const { run_id: id } = await client.submit(hello)
  expect(await client.wait(id)).toMatchObject({ status: 'completed' })
  deploys = Infinity
  await expect(client.get(id)).rejects.toMatchObject({ code: 'http_502', status: 502 })
})

test('nobody who answers is an error of its own', async () => {
  const { client, line } = await desk()
  line.refuse()
  await expect(client.get('x')).rejects.toMatchObject({ code: 'network', status: 0 })
})

test('whoever stops reading ends the stream, by a break or by a signal', async () => {
  const model = held('late')
  const { agentic } = await desk(scripted(model.step))
  const handle = nodeHandler(agentic)
  let open = 0
  const url = await serve((request, response) => {
    if (request.url?.endsWith('/events/')) {
      open += 1
      response.on('close', () => (open -= 1))
    }
    void handle(request, response)
  })
  const client = createClient({ url: `${url}/agents`, headers: { 'x-user': 'ada' } })
  const { run_id: id } = await client.submit(hello)
  for await (const event of client.events(id)) if (event.sequence === 1) break
  await until(() => open === 0)
  const stop = new AbortController()
  const waiting = client.wait(id, { signal: stop.signal })
  const reading = (async () => {
    for await (const event of client.events(id, { signal: stop.signal }))
      if (event.sequence === 2) stop.abort(new Error('enough'))
  })()
  await expect(reading).rejects.toThrow('enough')
  await expect(waiting).rejects.toThrow('enough')
  await until(() => open === 0)
  model.release()
  expect((await client.wait(id)).status).toBe('completed')
})

test('a run is waited for also where events are switched off', async () => {
  const model = held('late')
  const { client } = await desk({ ...scripted(model.step), events: 'off' })
  const { run_id: id } = await client.submit(hello)
  const waiting = client.wait(id)
  await expect(client.events(id).next()).rejects.toMatchObject({ code: 'events_off' })
  model.release()
  expect(await waiting).toMatchObject({ status: 'completed', final_output: 'late' })
})

test('where events are kept no more a reset says how things are', async () => {
  const model = streaming('a few words')
  const pruning = { deltasMinutes: 0, lease: { sweepSeconds: 0.05 } }
  const { client, agentic } = await desk({ ...scripted(model.step), ...pruning })
  const { run_id: id } = await client.submit(hello)
  for await (const event of client.events(id))
    if (event.event_type === 'text_delta') model.release()
  const old = async () => agentic.runs.events({ owner: 'ada', id, after: 1 })
  await until(async () =>
    old()
      .then(() => false)
      .catch(() => true),
  )
  const seen: RunEventJson[] = []
  for await (const event of client.events(id, { after: 1 })) seen.push(event)
  expect(seen[0]).toMatchObject({
    event_type: 'reset',
    payload: { first_available: seen[1]?.sequence, run: { run_id: id } },
  })
  expect(seen.at(-1)?.event_type).toBe('run.completed')
})

test('what waits for a person is listed page by page, and decided', async () => {
  const asks = (amount: number) => calls('refund', { amount })
  const { client, clientOf } = await desk(scripted(asks(1), asks(2), says('Refunded')))
  const runs: string[] = []
  for (const session_key of ['one', 'two']) {
    const { run_id } = await client.submit({ session_key, input: 'Money back' })
    await until(async () => (await client.get(run_id)).status === 'awaiting_approval')
    runs.push(run_id)
  }
  const first = await client.approvals({ limit: 1, cursor: undefined })
  expect(first.approvals).toMatchObject([{ run_id: runs[0], arguments: { amount: 1 } }])
  const rest = await client.approvals({ limit: 1, cursor: String(first.next_cursor) })
  expect(rest).toMatchObject({ approvals: [{ run_id: runs[1] }], next_cursor: null })
  const id = String(first.approvals[0]?.approval_id)
  expect(await client.decide(id, { decision: 'approve' })).toMatchObject({ status: 'approved' })
  const refused = client.decide(id, { decision: 'reject', message: 'No' })
  await expect(refused).rejects.toMatchObject({ code: 'already_decided', status: 409 })
  expect(await client.wait(String(runs[0]))).toMatchObject({ final_output: 'Refunded' })
  expect((await client.approvals()).approvals).toMatchObject([{ run_id: runs[1] }])
  expect((await client.approvals({ status: 'approved' })).approvals).toHaveLength(1)
  expect((await clientOf('bob').approvals()).approvals).toEqual([])
})
