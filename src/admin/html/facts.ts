import { markup, type Markup } from '../../html/markup.ts'

type Fact = [name: string, value: Markup | string | null]

/** What there is to know about one thing, name by name; what is null is left out. */
export function factList(facts: Fact[]): Markup {
  const shown = facts.filter(([, value]) => value !== null)
  return markup`<dl class="admin-facts">${shown.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
`
}
