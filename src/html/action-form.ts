import { markup, type Markup } from './markup.ts'

/** A form with one button that works with and without htmx, and puts the run's fragment in place. */
export function actionForm(form: {
  id: string
  action: string
  runId: string
  label: string
  fields?: Markup
}): Markup {
  return markup`<form class="agent-run__form" method="post" action="${form.action}" hx-post="${form.action}"
 hx-target="#run-container-${form.runId}" hx-swap="outerHTML">${form.fields}<button type="submit" id="${form.id}" class="agent-run__button">${form.label}</button></form>`
}
