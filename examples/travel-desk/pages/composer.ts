import { html } from 'hono/html'
import type { ChatView } from '../chat-view.ts'
import type { Html } from './layout.ts'

const firstQuestions = [
  'Book the cheapest flight from Oslo to Lima tomorrow',
  'Any flights Paris – Rome on Monday?',
  'I need to get to Ulaanbaatar from Trondheim next Friday',
  'What have I booked?',
]

type FormView = Pick<ChatView, 'sessionKey' | 'idempotencyKey'>

/** Works without JavaScript as well: the library then leads back to this page. */
export function composer(view: FormView): Html {
  return html`<form
    id="composer"
    class="composer"
    method="post"
    action="/agents/runs/"
    hx-post="/agents/runs/"
    hx-target="#runs"
    hx-swap="beforeend"
    hx-sync="this:drop"
  >
    ${hiddenFields(view)}
    <label for="message" class="visually-hidden">Your message</label>
    <textarea
      id="message"
      name="input"
      rows="1"
      maxlength="2000"
      required
      autofocus
      autocomplete="off"
      placeholder="Where to, and when?"
    ></textarea>
    <button class="button button--send">Send</button>
  </form>`
}

/** Each button asks its question at once. */
export function examples(view: FormView): Html {
  return html`<form
    class="examples"
    method="post"
    action="/agents/runs/"
    hx-post="/agents/runs/"
    hx-target="#runs"
    hx-swap="beforeend"
    hx-sync="this:drop"
  >
    ${hiddenFields(view)}
    ${firstQuestions.map(
      (question) =>
        html`<button name="input" value="${question}" class="example">${question}</button>`,
    )}
  </form>`
}

function hiddenFields({ sessionKey, idempotencyKey }: FormView): Html {
  return html`<input type="hidden" name="session_key" value="${sessionKey}" /><input
      type="hidden"
      name="idempotency_key"
      value="${idempotencyKey}"
    />`
}
