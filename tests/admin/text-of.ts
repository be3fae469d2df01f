import { Parser } from 'htmlparser2'
import { expect } from 'vitest'
import type { Ask, TestApp } from '../http/app.ts'

/** What somebody reads on the main part of a page, in one line. */
export async function textOf({ ask }: TestApp, path: string, how: Ask & { method?: string } = {}) {
  const { method = 'GET', ...more } = how
  const answer = await ask(method, path, more)
  expect(answer.status, path).toBe(200)
  const html = await answer.text()
  let text = ''
  const parser = new Parser({
    ontext: (part) => (text += part),
    onopentag: () => (text += ' '),
    onclosetag: () => (text += ' '),
  })
  parser.end(html.slice(html.indexOf('<main'), html.indexOf('</main>')))
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ([,.;:?!](?:\s|$))/g, '$1')
    .trim()
}
