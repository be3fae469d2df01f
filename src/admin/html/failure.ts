import type { FailedRun } from '../../core/run.ts'
import { markup, type Markup } from '../../html/markup.ts'
import { meaningOf } from '../failure-words.ts'

/** Why a run failed, before anything else: the error as it was, and what its code means. */
export function failure({ error, errorCode }: FailedRun): Markup {
  const meaning = meaningOf(errorCode)
  const words =
    meaning === undefined
      ? null
      : markup`<p><strong>What that means.</strong> ${withCode(meaning.happened)} <strong>What to do.</strong> ${withCode(meaning.toDo)}</p>`
  return markup`<section class="admin-failure" aria-labelledby="why"><h2 id="why">Why it failed</h2>
<p class="admin-failure__error">${error}</p>
${words}<p class="admin-soft">Code <code>${errorCode}</code></p></section>
`
}

/** What stands between backticks is code. */
function withCode(text: string): Markup {
  const parts = text.split('`')
  return markup`${parts.map((part, n) => (n % 2 === 1 ? markup`<code>${part}</code>` : markup`${part}`))}`
}
