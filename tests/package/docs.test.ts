import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './source-files.ts'

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const folders = ['.', 'docs', 'examples', 'skills']
const pages = folders.flatMap((folder) => {
  if (!existsSync(join(root, folder))) return []
  const names = readdirSync(join(root, folder), { recursive: folder !== '.', encoding: 'utf8' })
  return names
    .filter((name) => name.endsWith('.md') && !name.includes('node_modules'))
    .map((name) => join(folder, name))
})

test('the pages a reader expects are there', () => {
  const expected = [
    'README.md',
    'AGENTS.md',
    'CHANGELOG.md',
    'docs/architecture.md',
    'docs/errors.md',
  ]
  expect(expected.filter((page) => !existsSync(join(root, page)))).toEqual([])
})

test('every link between our pages leads somewhere', () => {
  const broken = pages.flatMap((page) =>
    links(page)
      .filter((link) => !resolves(page, link))
      .map((link) => `${page}: ${link}`),
  )
  expect(broken).toEqual([])
})

/**
 * A snippet that says where it comes from is a copy of that file, so what readers paste is what the compiler and the
 * tests have seen:
 *
 *     <!-- from: examples/first-run.ts -->
 *     ```ts
 */
test('snippets are the files they are said to be', () => {
  const differing = pages.flatMap((page) =>
    snippets(page)
      .filter(({ from, code }) => read(from).trim() !== code.trim())
      .map(({ from }) => `${page} differs from ${from}: copy the file into the page`),
  )
  expect(differing).toEqual([])
})

test('the README shows a tested file', () => {
  expect(snippets('README.md').length).toBeGreaterThan(0)
})

test('AGENTS.md stays a map: at most 80 lines', () => {
  const lines = read('AGENTS.md').trimEnd().split('\n').length
  expect(lines, 'Move detail to docs/ and link it.').toBeLessThanOrEqual(80)
})

test('the pages name every script of package.json that a reader may need', () => {
  const text = pages.map(read).join('\n')
  const scripts = ['demo', 'test:quick', 'bench', 'soak', 'mutants']
  expect(scripts.filter((name) => !text.includes(`npm run ${name}`))).toEqual([])
})

function snippets(page: string): { from: string; code: string }[] {
  const blocks = read(page).matchAll(/<!-- from: (\S+) -->\s*```\w*\n([\s\S]*?)```/g)
  return [...blocks].map(([, from = '', code = '']) => ({ from, code }))
}

/** Targets of links, without those to other sites and those in code. */
function links(page: string): string[] {
  const prose = read(page)
    .replaceAll(/```[\s\S]*?```/g, '')
    .replaceAll(/`[^`\n]*`/g, '')
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
}

function resolves(page: string, link: string): boolean {
  const [file = '', anchor] = link.split('#')
  const target = file === '' ? page : join(dirname(page), file)
  if (!existsSync(join(root, target))) return false
  return anchor === undefined || headings(target).includes(anchor)
}

/** Headings as the anchors that GitHub makes of them. */
function headings(page: string): string[] {
  const titles = read(page)
    .replaceAll(/```[\s\S]*?```/g, '')
    .matchAll(/^#+ +(.+)$/gm)
  return [...titles].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}
