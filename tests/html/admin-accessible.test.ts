import { DomUtils, parseDocument } from 'htmlparser2'
import { describe, expect, test } from 'vitest'
import { adminPagesWith } from '../admin/pages-with.ts'

const elementsOf = (node: Parameters<typeof DomUtils.getElementsByTagName>[1]) =>
  DomUtils.getElementsByTagName('*', node)
type Element = ReturnType<typeof elementsOf>[number]
const html = (element: Element) => DomUtils.getOuterHTML(element)

const pages = adminPagesWith('word').map(([name, body]) => {
  const page = parseDocument(`<h1>Page</h1><main id="main">${body}</main>`)
  return { name, all: elementsOf(page) }
})

describe.each(pages)('the page “$name”, for who hears it or uses the keyboard,', ({ all }) => {
  test('has headings that go down one by one', () => {
    const levels = all.flatMap(({ name }) => (/^h[1-6]$/.test(name) ? [Number(name[1])] : []))
    const jumps = levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1)
    expect(jumps, `the levels are ${levels.join()}`).toEqual([])
  })

  test('says what each field and each button is', () => {
    const fields = all.filter(({ name, attribs }) =>
      name === 'input' ? attribs['type'] !== 'hidden' : /^(select|textarea|button)$/.test(name),
    )
    expect(fields.filter((field) => nameOf(field, all) === '').map(html)).toEqual([])
  })

  test('has each id once, and what names an id leads to one', () => {
    const ids = all.flatMap(({ attribs }) => attribs['id'] ?? [])
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
    const references = ['for', 'form', 'list', 'aria-labelledby', 'aria-describedby']
    const named = all.flatMap(({ attribs }) => references.flatMap((name) => attribs[name] ?? []))
    expect(named.filter((id) => !ids.includes(id))).toEqual([])
  })

  test('has no field that hides the id of its form, which is made anew then with each refresh', () => {
    expect(all.filter(({ attribs }) => attribs['name'] === 'id').map(html)).toEqual([])
  })

  test('has a name for each region, table and picture', () => {
    const nameless = all.filter((element) => {
      const { name, attribs } = element
      if (name === 'table') return DomUtils.getElementsByTagName('caption', element).length === 0
      if (name === 'svg' && attribs['aria-hidden'] === 'true') return false
      const isNamed = 'aria-label' in attribs || 'aria-labelledby' in attribs
      return /^(section|nav|article|figure|svg)$/.test(name) && !isNamed
    })
    expect(nameless.map(html)).toEqual([])
  })
})

/** What is said of a field: its own words, or those of its label. */
function nameOf(field: Element, all: Element[]): string {
  const { name, attribs } = field
  if ('aria-label' in attribs) return String(attribs['aria-label'])
  if (name === 'button') return DomUtils.textContent(field).trim()
  const around = all.find((one) => one.name === 'label' && elementsOf(one).includes(field))
  const beside = all.find((one) => one.name === 'label' && one.attribs['for'] === attribs['id'])
  const label = around ?? (attribs['id'] === undefined ? undefined : beside)
  return label === undefined ? '' : DomUtils.textContent(label).trim()
}
