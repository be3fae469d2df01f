import { expect, onTestFinished, test, vi } from 'vitest'
import { held, says, scripted, streaming } from './agents.ts'
import { testApp } from './app.ts'
import { until } from '../support/sql.ts'

/** What a stream has told when it stops telling, or when `isEnough`. */
async function read(answer: Response, isEnough: (text: string) => boolean): Promise<string> {
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  while (!isEnough(text)) {
    const { done = true, value = '' } = (await reader?.read()) ?? {}
    if (done) break
    text += value
  }
  await reader?.cancel()
  return text
}

test('a page is told the text so far, what is written next, and when something else has changed', async () => {
  const model = streaming('Two <words>')
  const { ask, submit, agentic } = testApp(scripted(model.step))
  const id = await submit()
  await until(async () => (await agentic.renderRun({ owner: 'ada', id })).includes('Two &lt;words'))
  const html = await agentic.renderRun({ owner: 'ada', id })
  const [, path = ''] = /data-sse-connect="\/agents\/([^"]+)"/.exec(html) ?? []
  const stream = await ask('GET', path)
  expect(stream.headers.get('content-type')).toBe('text/event-stream')
  const told = read(stream, (text) => text.includes('event: run-changed'))
  model.release()
  const text = await told
  expect(text).toContain(
    `data: <div id="run-text-${id}" hx-swap-oob="innerHTML">Two &lt;words&gt;</div>`,
  )
  expect(text).toContain(`id="run-seen-${id}" name="seen" value="`)
  expect(text.trimEnd()).toMatch(/event: run-changed\ndata:$/)
})

const seenIn = (text: string) => / name="seen" value="([^"]+)"/.exec(text)?.[1] ?? ''

test('while the text is live, a poll changes nothing; once something else has happened, it does', async () => {
  const model = streaming('Word')
  const { ask, submit, agentic } = testApp(scripted(model.step))
  const id = await submit()
  await until(async () => (await agentic.renderRun({ owner: 'ada', id })).includes('>Word<'))
  const html = await agentic.renderRun({ owner: 'ada', id })
  const [, path = '', version = ''] = /"\/agents\/([^"]+\/live\/\?seen=([^"]+))"/.exec(html) ?? []
  const live = seenIn(await read(await ask('GET', path), (told) => seenIn(told) !== ''))
  const poll = async (seen: string) =>
    ask('GET', `runs/${id}/fragment/?seen=${seen}`, { headers: { 'hx-request': 'true' } })
  expect((await poll(live)).status).toBe(204)
  expect((await poll(`${version}.1`)).status).toBe(200)
  model.release()
  await agentic.runs.wait({ owner: 'ada', id })
  expect((await poll(live)).status).toBe(286)
})

test('a text is live as long as its stream says so: after that a poll shows it', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const model = streaming('Word')
  const { ask, submit, agentic } = testApp(scripted(model.step))
  const id = await submit()
  await until(async () => (await agentic.renderRun({ owner: 'ada', id })).includes('>Word<'))
  const html = await agentic.renderRun({ owner: 'ada', id })
  const [, path = ''] = /"\/agents\/([^"]+\/live\/\?seen=[^"]+)"/.exec(html) ?? []
  const reader = (await ask('GET', path)).body?.pipeThrough(new TextDecoderStream()).getReader()
  const nextSeen = async () => {
    for (;;) {
      const { value = '', done = true } = (await reader?.read()) ?? {}
      if (done || seenIn(value) !== '') return seenIn(value)
    }
  }
  const poll = async (seen: string) =>
    (await ask('GET', `runs/${id}/fragment/?seen=${seen}`, { headers: { 'hx-request': 'true' } }))
      .status
  let seen = await nextSeen()
  for (let pings = 0; pings < 3; pings += 1) {
    await vi.advanceTimersByTimeAsync(15_000)
    seen = await nextSeen()
    expect(await poll(seen)).toBe(204)
  }
  await reader?.cancel()
  await vi.advanceTimersByTimeAsync(30_000)
  const answer = await ask('GET', `runs/${id}/fragment/?seen=${seen}`, {
    headers: { 'hx-request': 'true' },
  })
  expect(answer.status).toBe(200)
  expect(await answer.text()).toContain('>Word<')
  model.release()
})

test('a page that shows another version is told so at once', async () => {
  const model = held('Later')
  const { ask, submit } = testApp(scripted(model.step))
  const id = await submit()
  const stream = await ask('GET', `runs/${id}/live/?seen=0.0`)
  const text = await read(stream, (told) => told.includes('event: run-changed'))
  expect(text).not.toContain('hx-swap-oob')
  model.release()
})

test('a finished run has no stream, and where events are off there is none at all', async () => {
  const { ask, submit, agentic } = testApp(scripted(says('Done')))
  const id = await submit()
  await agentic.runs.wait({ owner: 'ada', id })
  expect((await ask('GET', `runs/${id}/live/`)).status).toBe(204)
  const off = testApp({ events: 'off' })
  const other = await off.submit()
  expect(await off.agentic.renderRun({ owner: 'ada', id: other })).not.toContain('sse')
  const refused = await off.ask('GET', `runs/${other}/live/`)
  expect([refused.status, (await refused.json()).code]).toEqual([404, 'events_off'])
})
