import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, normalize } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './source-files.ts'

const text = readFileSync(join(root, 'docs/llms.txt'), 'utf8')
const links = [...text.matchAll(/^- \[[^\]]+\]\(([^)]+)\): \S/gm)].map(([, target = '']) =>
  normalize(join('docs', target)),
)

test('docs/llms.txt has a title, a summary and sections of links, as the convention wants it', () => {
  const lines = text.split('\n').filter((line) => line !== '')
  expect(lines[0]).toMatch(/^# \S/)
  expect(lines[1]).toMatch(/^> \S/)
  const sections = lines.slice(lines.findIndex((line) => line.startsWith('## ')))
  expect(sections.filter((line) => !/^## \S|^- \[.+\]\(.+\): \S/.test(line))).toEqual([])
})

test('every page of the docs is in it, and every link of it leads somewhere', () => {
  const pages = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name))
  expect(pages.filter((page) => !links.includes(page))).toEqual([])
  expect(links.filter((link) => !existsSync(join(root, link)))).toEqual([])
  expect(links.length).toBe(new Set(links).size)
})
