import { markup, type Markup } from './markup.ts'
import { noErrors } from './no-errors.ts'

/**
 * A form with one button that works with and without htmx, and puts the answer in place of the element `target`. It
 * takes the place of a poll under way, whose answer would come for an element that is gone, and waits for another form
 * in the same `line`.
 */
export function actionForm(form: {
  id: string
  action: string
  /** Selects the element. What of the answer it selects takes its place, where `isPart` is set. */
  target: string
  isPart?: boolean
  /** Id of an element. */
  line: string
  label: string
  fields?: Markup
}): Markup {
  const select = form.isPart === true ? markup` hx-select="${form.target}"` : null
  return markup`<form class="agent-run__form" method="post" action="${form.action}" hx-post="${form.action}"
 hx-target="${form.target}" hx-swap="outerHTML"${select} hx-sync="#${form.line}:queue all"${noErrors}>${form.fields}<button type="submit" id="${form.id}" class="agent-run__button">${form.label}</button></form>`
}

/** The fragment of a run that the form is in: a page may have two of one run. */
export const ofFragment = 'closest .agent-run'

/** Where what the fragment of a run asks for waits. */
export const runLine = (runId: string): string => `run-line-${runId}`

/** Version 2 forgets what waits at an element that is gone, and the first answer replaces the fragment: this one stays. */
export function lineOf(runId: string): Markup {
  return markup`<span id="${runLine(runId)}" hx-preserve="true" hidden></span>`
}
