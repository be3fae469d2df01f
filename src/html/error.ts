import { markup } from './markup.ts'

/** What a person is shown when a request failed. */
export function errorFragment(view: { message: string; code: string }): string {
  return markup`<p class="agent-error" role="alert" data-code="${view.code}">${view.message}</p>`.toString()
}
