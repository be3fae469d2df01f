import type { FailedRun } from '../../core/run.ts'
import { markup, type Markup } from '../../html/markup.ts'
import { meaningOf } from '../failure-words.ts'

/** Why a run failed, before anything else: the error as it was, and what its code means. */
export function failure({ error, errorCode }: FailedRun): Markup {
  const meaning = meaningOf(errorCode)
  const words =
    meaning === undefined
      ? null
      : markup`<p><strong>What that means.</strong> ${meaning.happened} <strong>What to do.</strong> ${meaning.toDo}</p>`
  return markup`<section class="admin-failure" aria-labelledby="why"><h2 id="why">Why it failed</h2>
<p class="admin-failure__error">${error}</p>
${words}<p class="admin-soft">Code <code>${errorCode}</code></p></section>
`
}
