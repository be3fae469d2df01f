import { expect, test } from 'vitest'
import { loadMarkdown } from '../../src/html/markdown.ts'

const markdown = await loadMarkdown()
const html = (text: string): string => markdown.render(text).toString()

test('what people and models write is rendered', () => {
  const text =
    '# Trip\n\n1. **Oslo**\n2. `Lima`\n\n| from | to |\n|---|---|\n| a | b |\n\nline\nbreak'
  const rendered = html(text)
  for (const part of [
    '<h1>Trip</h1>',
    '<strong>Oslo</strong>',
    '<code>Lima</code>',
    '<td>a</td>',
  ]) {
    expect(rendered).toContain(part)
  }
  expect(rendered).toContain('line<br />\nbreak')
})

test('a link says nothing about who follows it', () => {
  expect(html('[map](https://example.com/a?b=1&c=2) and https://example.org')).toBe(
    '<p><a href="https://example.com/a?b=1&amp;c=2" rel="nofollow noopener noreferrer">map</a> and ' +
      '<a href="https://example.org" rel="nofollow noopener noreferrer">https://example.org</a></p>\n',
  )
})

test('an image is a link, since loading it would tell its owner who reads', () => {
  const rendered = html('![chart](https://example.com/a.png)')
  expect(rendered).not.toContain('<img')
  expect(rendered).toContain('href="https://example.com/a.png"')
  expect(rendered).toContain('>chart</a>')
})

test.each([
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<a href="javascript:alert(1)">x</a>',
  '<svg><script>alert(1)</script></svg>',
  '<style>*{display:none}</style>',
  '<form action="https://example.com"><button>Approve</button></form>',
])('raw HTML stays text: %s', (text) => {
  const rendered = html(text)
  expect(rendered).not.toMatch(/<(script|img|svg|style|form|button)/)
  expect(rendered.replaceAll(/<[^>]+>/g, '').replaceAll('&lt;', '<')).toContain(
    text.slice(0, text.indexOf(' ') === -1 ? 4 : text.indexOf(' ')),
  )
})

test.each([
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](java\nscript:alert(1))',
  '[x](&#106;avascript:alert(1))',
  '[x](data:text/html,<script>alert(1)</script>)',
  '[x](vbscript:x)',
  '[x](//example.com/path)',
  '[x][1]\n\n[1]: javascript:alert(1)',
  '<javascript:alert(1)>',
  '[x](https://example.com "onmouseover=alert(1)")',
  '[x](https://example.com/"onmouseover="alert(1))',
])('no link leads to a script or outside of the web: %j', (text) => {
  const [, href] = /href="([^"]*)"/.exec(html(text)) ?? []
  expect(href ?? 'https://nowhere').toMatch(/^https:/)
  expect(html(text)).not.toMatch(/ on[a-z]+=("|[^&" ]*\()(?![^<]*")/)
})

test('a text is rendered the same however often it is asked for, and beside however many others', () => {
  const first = html('*one*')
  for (let index = 0; index < 300; index += 1) html(`${'x'.repeat(5_000)} ${index}`)
  expect(html('*one*')).toBe(first)
})

test('a text too long to render is shown as it is', () => {
  const text = '*x* <b> '.repeat(10_000)
  expect(html(text)).toContain('*x* &lt;b&gt;')
})
