import { markup, type Markup } from '../../html/markup.ts'

/** A box that ticks all boxes of a form, where a script can do so, and how many are ticked. */
export function chooseAll(formId: string): Markup {
  return markup`<label class="admin-check" hidden><input type="checkbox" data-all form="${formId}"> All on this page</label><p data-chosen role="status"></p>`
}
