import fc from 'fast-check'
import { Parser } from 'htmlparser2'
import { expect, test } from 'vitest'
import { loadMarkdown } from '../../src/html/markdown.ts'
import { runFragment } from '../../src/html/run.ts'
import { routes } from '../../src/routes.ts'
import { testApp } from '../http/app.ts'
import { completed, failed, viewOf } from '../html/run-views.ts'

/** What people, programs and attackers send. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    ' ',
    '0',
    '-0',
    '1e3',
    '%',
    '%00',
    '../..',
    'null',
    '[]',
    '{"a":1}',
    '__proto__',
  ),
  fc.stringMatching(/^[-a-zA-Z0-9_]{1,20}$/),
  fc.constantFrom(undefined as never),
)
const value = fc.oneof(text, fc.json({ maxDepth: 3 }), fc.jsonValue({ maxDepth: 3 }))
const header = fc.string({
  unit: fc.constantFrom(...' !"#$%&,.:;<=>?@abcXYZ0189/*-'.split('')),
  maxLength: 40,
})

const names = [
  ...['session_key', 'input', 'agent_key', 'config', 'context', 'idempotency_key', 'decision'],
  ...['message', 'limit', 'cursor', 'after', 'status', 'seen', 'constructor', 'x'],
  ...['chosen', 'action', 'confirmed', 'from', 'to', 'text', 'step', 'before', 'window'],
]
const fields = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 6 })

const segment = fc
  .oneof(text.map(String), fc.uuid(), fc.constant('chat-1'))
  .map(encodeURIComponentSafely)

const request = fc.record({
  route: fc.constantFrom(...routes),
  method: fc.oneof(
    { weight: 6, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom('PUT', 'POST', 'DELETE', 'OPTIONS') },
  ),
  segments: fc.array(segment, { minLength: 1, maxLength: 1 }),
  query: fields,
  body: fields,
  encoding: fc.constantFrom('json', 'form', 'multipart', 'text', 'garbage'),
  headers: fc.dictionary(
    fc.constantFrom(
      'accept',
      'last-event-id',
      'if-none-match',
      'hx-request',
      'hx-source',
      'hx-trigger',
      'idempotency-key',
      'referer',
      'content-encoding',
      'sec-fetch-site',
      'origin',
    ),
    header,
    { maxKeys: 4 },
  ),
})

type Asked = typeof request extends fc.Arbitrary<infer T> ? T : never

function bodyOf({ body, encoding }: Asked): { type: string; body: string } {
  const entries = Object.entries(body).map(([name, each]): [string, string] => [
    name,
    typeof each === 'string' ? each : JSON.stringify(each ?? null),
  ])
  switch (encoding) {
    case 'json':
      return { type: 'application/json', body: JSON.stringify(body) }
    case 'form':
      return {
        type: 'application/x-www-form-urlencoded',
        body: entries.map(([name, each]) => `${name}=${encodeURIComponentSafely(each)}`).join('&'),
      }
    case 'multipart': {
      const parts = entries.map(
        ([name, each]) =>
          `--b\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${each}\r\n`,
      )
      return { type: 'multipart/form-data; boundary=b', body: `${parts.join('')}--b--\r\n` }
    }
    case 'text':
      return { type: 'text/plain', body: JSON.stringify(body) }
    case 'garbage':
      return { type: 'application/json', body: entries.map(([, each]) => each).join('{') }
  }
}

test('whatever is asked, the answer is a documented one, and what is refused leaves nothing behind', async () => {
  // Each answer is held against openapi.json where the test asks.
  const { ask, agentic } = testApp()
  await fc.assert(
    fc.asyncProperty(request, async (asked) => {
      const { route, segments, query, headers } = asked
      const method = asked.method ?? route.method
      const path = route.path.replaceAll(/:\w+/g, () => segments[0] ?? '')
      const search = Object.entries(query)
        .map(
          ([name, each]) =>
            `${name}=${encodeURIComponentSafely(typeof each === 'string' ? each : JSON.stringify(each ?? null))}`,
        )
        .join('&')
      const { type, body } = bodyOf(asked)
      const before = await counted(agentic)
      const answer = await ask(method, `${path}?${search}`, {
        headers: { ...headers, ...(method === 'GET' ? {} : { 'content-type': type }) },
        ...(method === 'GET' ? {} : { body }),
      })
      expect(answer.status).toBeLessThan(500)
      await answer.body?.cancel()
      if (answer.status >= 400) expect(await counted(agentic)).toEqual(before)
    }),
    { numRuns: 600 },
  )
})

const allowed = new Set(
  (
    'section p ul li div pre details summary strong code form input button label textarea ol span ' +
    'br hr h1 h2 h3 h4 h5 h6 blockquote em s a table thead tbody tr th td'
  ).split(' '),
)

const schemes = ['http:', 'https:', 'mailto:', 'tel:', undefined]

/** As a browser has it, on a page of ours. */
function schemeOf(href: string): string | undefined {
  return URL.parse(href, 'https://app.test/')?.protocol
}

test('whatever a model says, a fragment has only elements and attributes of ours', async () => {
  const markdown = await loadMarkdown()
  const markup = fc.oneof(
    fc.string({ maxLength: 60 }),
    fc
      .array(
        fc.constantFrom(
          '<',
          '>',
          '"',
          "'",
          '&',
          '[',
          '](',
          ')',
          '`',
          '\n',
          '|',
          '*',
          '!',
          'javascript:',
          '<img ',
          'onerror=',
          '<script>',
          '-->',
          '<![CDATA[',
          'style=',
          '&#x6a;',
          'https://a.b',
          '\u0000',
        ),
        { maxLength: 20 },
      )
      .map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(markup, markup, (first, second) => {
      const tools = [{ name: first, arguments: second, output: first }]
      const html = [
        runFragment(viewOf({ ...completed, output: first + second }, { tools }), markdown),
        runFragment(viewOf({ ...failed, error: second }), markdown),
      ].join('')
      new Parser({
        onopentag(name, attributes) {
          expect(allowed, name).toContain(name)
          for (const [attribute, given] of Object.entries(attributes)) {
            expect(attribute).toMatch(
              /^(id|class|role|aria-live|data-(run-id|status)|href|title|rel|start|tabindex)$/,
            )
            if (attribute === 'tabindex') expect(given).toBe('0')
            if (attribute === 'href') expect(schemes, given).toContain(schemeOf(given))
          }
        },
      }).end(html)
    }),
    { numRuns: 600 },
  )
})

async function counted(agentic: ReturnType<typeof testApp>['agentic']) {
  const [runs, sessions] = await Promise.all([
    agentic.runs.list({ owner: 'ada', limit: 200 }),
    agentic.sessions.list({ owner: 'ada', limit: 200 }),
  ])
  return [runs.data.length, sessions.data.length]
}

/** Lone surrogates cannot be escaped; they are sent as what a client that replaces them sends. */
function encodeURIComponentSafely(given: string): string {
  return encodeURIComponent(given.toWellFormed())
}
