import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { createParser } from 'eventsource-parser'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { assertDocumented } from '../support/openapi-check.ts'
import { until } from '../support/sql.ts'
import { surroundings, type Running, type StartHost, type Surroundings } from './hosts/host.ts'
import {
  calls,
  held,
  says,
  scriptedModel,
  streaming,
  type ScriptedModel,
  type Step,
} from './scripted-model.ts'

/** What every host must do alike, over a socket, in whatever process it runs. */
export function hostContract(
  name: string,
  start: StartHost,
  these: readonly Surroundings[] = surroundings,
): void {
  describe.each(these)(`${name}, with %s,`, (before) => {
    let model: ScriptedModel
    beforeAll(async () => void (model = await scriptedModel()))
    afterAll(async () => model.close())

    const desk = async (...script: Step[]) => {
      const running = await start({ before, modelUrl: model.url })
      onTestFinished(running.close)
      return openDesk(running, model, script.length > 0 ? script : [says('Hello!')])
    }

    test('runs what is submitted as JSON, with and without the trailing slash', async () => {
      const { ask, about, finished } = await desk(says('One'), says('Two'))
      const fields = { session_key: 'chat', input: about('Grüße, 東京') }
      for (const [path, output] of [['runs/', 'One'] as const, ['runs', 'Two'] as const]) {
        const answer = await ask('POST', path, { body: fields })
        expect(answer.status).toBe(200)
        expect(await finished(answer)).toMatchObject({ status: 'completed', final_output: output })
      }
      const { items } = await (await ask('GET', 'sessions/chat/items?limit=4')).json()
      expect(items[0]).toMatchObject({ role: 'user', content: fields.input })
    })

    test('runs what is submitted as a form', async () => {
      const { ask, about, finished } = await desk(says('One'), says('Two'))
      const input = about('[1] & more = 2')
      const fields = { session_key: 'chat', input, config: '{"max_turns":3}' }
      const form = new FormData()
      for (const [field, value] of Object.entries(fields)) form.append(field, value)
      for (const body of [new URLSearchParams(fields), form]) {
        const answer = await ask('POST', 'runs/', { body })
        expect(answer.status).toBe(200)
        expect(await finished(answer)).toMatchObject({ status: 'completed' })
      }
      const { items } = await (await ask('GET', 'sessions/chat/items/')).json()
      expect(items[0]).toMatchObject({ content: input })
    })

    test('knows the owner from the framework’s own request, and shows nobody another’s run', async () => {
      const { ask, another, submit } = await desk()
      const id = await submit()
      expect((await ask('GET', `runs/${id}/`)).status).toBe(200)
      const [other, unknown] = await Promise.all([
        ask('GET', `runs/${id}/`, { user: another }),
        ask('GET', `runs/${id.slice(0, -4)}0000/`, { user: another }),
      ])
      expect([other.status, await other.text()]).toEqual([404, await unknown.text()])
      expect((await ask('GET', `runs/${id}/`, { user: '' })).status).toBe(401)
    })

    test('gives errors their status and code', async () => {
      const { ask } = await desk()
      const codeOf = async (answer: Response) => [answer.status, (await answer.json()).code]
      const field = { session_key: 'not a key', input: 'Hi' }
      const long = { session_key: 'chat', input: 'x'.repeat(1_200_000) }
      expect(await codeOf(await ask('GET', 'nowhere/'))).toEqual([404, 'not_found'])
      expect(await codeOf(await ask('PUT', 'runs/'))).toEqual([405, 'method_not_allowed'])
      expect(await codeOf(await ask('POST', 'runs/', { body: field }))).toEqual([
        400,
        'invalid_request',
      ])
      expect(await codeOf(await ask('POST', 'runs/', { body: long }))).toEqual([413, 'too_large'])
      expect((await ask('GET', 'runs/')).status).toBe(200)
    })

    test('leaves to the app what is not under its path', async () => {
      const { url } = await desk()
      expect(await (await fetch(url)).text()).toContain('Hello')
    })

    test('keeps the headers that the app has set', async () => {
      const { ask } = await desk()
      expect((await ask('GET', 'runs/')).headers.get('x-frame-options')).toBe('DENY')
    })

    test('answers a GET with a body like one without', async () => {
      const { url, signedIn } = await desk()
      const json = { 'content-type': 'application/json', 'content-length': 2 }
      const headers = { ...(await signedIn()), ...json }
      const asked = request(`${url}/agents/runs/`, { method: 'GET', headers }).end('{}')
      const [answer] = (await once(asked, 'response')) as [IncomingMessage]
      answer.resume()
      expect(answer.statusCode).toBe(200)
    })

    test('streams events as they happen, and goes on where a reader was', async () => {
      const model = streaming('One word after the other')
      const { ask, submit } = await desk(model.step)
      const id = await submit()
      const first = await ask('GET', `runs/${id}/events/`, { accept: 'text/event-stream' })
      expect(first.headers.get('content-type')).toBe('text/event-stream')
      const seen = await readUntil(first, 'text_delta')
      model.release()
      const last = seen.at(-1)?.id ?? ''
      const rest = await ask('GET', `runs/${id}/events/`, {
        accept: 'text/event-stream',
        headers: { 'last-event-id': last },
      })
      const more = await readUntil(rest, 'run.completed')
      const ids = [...seen, ...more].map((event) => Number(event.id))
      expect(ids).toEqual(ids.map((_, index) => index + 1))
    })

    test('notices a client that goes away', async () => {
      const model = held('late')
      const { ask, submit, openStreams } = await desk(model.step)
      const id = await submit()
      const gone = new AbortController()
      const stream = await ask('GET', `runs/${id}/events/`, {
        accept: 'text/event-stream',
        signal: gone.signal,
      })
      await stream.body?.getReader().read()
      expect(await openStreams()).toBeGreaterThan(0)
      gone.abort()
      await until(async () => (await openStreams()) === 0)
      model.release()
      await until(
        async () => (await (await ask('GET', `runs/${id}/`)).json()).status === 'completed',
      )
    })

    test('serves fragments to htmx, which a finished run tells to stop', async () => {
      const { ask, submit, finished } = await desk(
        calls('find_order', { id: '42' }),
        says('It is on its way.'),
      )
      const id = await submit()
      await finished(await ask('GET', `runs/${id}/`))
      const answer = await ask('GET', `runs/${id}/fragment/`, { headers: { 'hx-request': 'true' } })
      expect(answer.status).toBe(286)
      expect(answer.headers.get('hx-trigger')).toBe('run-update')
      expect(await answer.text()).toContain('It is on its way.')
    })

    test('answers 304 to who has it already', async () => {
      const { ask, submit, finished } = await desk()
      const id = await submit()
      await finished(await ask('GET', `runs/${id}/`))
      const etag = (await ask('GET', `runs/${id}/`)).headers.get('etag') ?? ''
      const again = await ask('GET', `runs/${id}/`, { headers: { 'if-none-match': etag } })
      expect([again.status, await again.text()]).toEqual([304, ''])
    })

    test('refuses what another site sends in a user’s name', async () => {
      const { ask, about, url } = await desk()
      const submit = async (origin: string) =>
        ask('POST', 'runs/', {
          body: new URLSearchParams({ session_key: 'chat', input: about('Hi') }),
          headers: { cookie: 'session=1', origin },
          // SvelteKit refuses it before we see it, in words of its own.
          isOurs: origin === url,
        })
      expect((await submit('https://elsewhere.test')).status).toBe(403)
      expect((await submit(url)).status).toBe(200)
    })
  })
}

interface Ask {
  user?: string
  accept?: string
  headers?: Record<string, string>
  body?: object
  signal?: AbortSignal
  /** Whether the answer is one of ours, and so in `openapi.json`. */
  isOurs?: boolean
}

/** One customer of the app, and one other; a host of many tests knows neither from before. */
async function openDesk(running: Running, model: ScriptedModel, script: Step[]) {
  const { url, signIn, openStreams } = running
  const topic = crypto.randomUUID()
  const [customer, another] = [`ada-${topic}`, `bob-${topic}`]
  model.play(topic, script)
  const about = (text: string) => `${text} (${topic})`
  const signedIn = async (user = customer) => signIn(user)

  const ask = async (method: string, path: string, asked: Ask = {}): Promise<Response> => {
    const {
      user,
      accept = 'application/json',
      headers = {},
      body,
      signal = null,
      isOurs = true,
    } = asked
    const isForm = body instanceof URLSearchParams || body instanceof FormData
    const who = user === '' ? {} : await signedIn(user)
    const cookie = [who['cookie'], headers['cookie']].filter(Boolean).join('; ')
    const answer = await fetch(`${url}/agents/${path}`, {
      method,
      headers: {
        accept,
        ...(body && !isForm && { 'content-type': 'application/json' }),
        ...who,
        ...headers,
        ...(cookie && { cookie }),
      },
      body: isForm ? body : body ? JSON.stringify(body) : null,
      signal,
    })
    if (isOurs) await assertDocumented(method, `/${path}`, answer)
    return answer
  }
  const submit = async (): Promise<string> => {
    const answer = await ask('POST', 'runs/', { body: { session_key: 'chat', input: about('Hi') } })
    return String((await answer.json()).run_id)
  }
  /** The run that an answer names, when it has ended. */
  const finished = async (answer: Response) => {
    const { run_id: id } = await answer.json()
    const look = async () => (await ask('GET', `runs/${id}/`)).json()
    await until(async () => (await look()).finished_at !== null)
    return look()
  }
  return { url, ask, about, another, signedIn, submit, finished, openStreams }
}

/** Reads messages until the one of that type has come, then goes away. */
async function readUntil(answer: Response, type: string) {
  const messages: { id?: string | undefined; event?: string | undefined }[] = []
  const parser = createParser({ onEvent: (message) => messages.push(message) })
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
  while (!messages.some(({ event }) => event === type)) {
    const { done = true, value = '' } = (await reader?.read()) ?? {}
    if (done) throw new Error(`the stream ended without ${type}`)
    parser.feed(value)
  }
  await reader?.cancel()
  return messages
}
