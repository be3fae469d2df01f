import { markup, type Markup } from './markup.ts'

/**
 * A form with one button that works with and without htmx, and puts the answer in place of the element `target`. It
 * takes the place of a poll under way, whose answer would come for an element that is gone.
 */
export function actionForm(form: {
  id: string
  action: string
  /** Id of an element. The answer's element with this id is what takes its place, where `isPart` is set. */
  target: string
  isPart?: boolean
  label: string
  fields?: Markup
}): Markup {
  const select = form.isPart === true ? markup` hx-select="#${form.target}"` : null
  return markup`<form class="agent-run__form" method="post" action="${form.action}" hx-post="${form.action}"
 hx-target="#${form.target}" hx-swap="outerHTML"${select} hx-sync="#${form.target}:replace">${form.fields}<button type="submit" id="${form.id}" class="agent-run__button">${form.label}</button></form>`
}

/** Of the fragment of a run. */
export const runContainer = (runId: string): string => `run-container-${runId}`
