/**
 * What happens around sending a message: Enter sends, a message that did not arrive stays in its place, and a message
 * that is sent twice is still one, because both carry the same idempotency key.
 */
export function watchForms({ runs, say }) {
  const message = document.getElementById('message')
  const conversation = document.getElementById('conversation')
  const forms = [...document.querySelectorAll('.composer, .examples')]
  const isOurs = (event) => forms.includes(event.target)

  message.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    message.form.requestSubmit()
  })

  let refused = false
  let sent = ''
  message.addEventListener('input', () => {
    // What is sent now is not what failed before.
    if (refused) renewKeys()
    refused = false
  })

  document.addEventListener('htmx:error', (event) => {
    if (!isOurs(event)) return
    refused = true
    say(noAnswer)
  })

  document.addEventListener('htmx:response:error', (event) => {
    if (!isOurs(event)) return
    refused = true
    say(sentence(event.detail.ctx.text))
  })

  document.addEventListener('htmx:after:swap', (event) => {
    const { ctx } = event.detail
    if (!isOurs(event) || ctx.response.status >= 400) return
    tidy(runs)
    renewKeys()
    say('')
    sent = ctx.request.body.get('input')
    if (message.value.trim() === sent.trim()) message.value = ''
    message.focus({ preventScroll: true })
  })

  document.addEventListener('htmx:after:swap', () => {
    // A run that failed or was stopped early leaves nothing in the conversation: its words can be sent again.
    const isLost = runs.querySelector('[data-status=failed], [data-status=cancelled]')
    if (!sent || !isLost || conversation.textContent.includes(sent.trim())) return
    if (message.value === '') message.value = sent
    sent = ''
  })

  addEventListener('pageshow', ({ persisted }) => persisted && renewKeys())
}

const noAnswer = 'The desk did not answer. Your message is still here: send it again.'

function renewKeys() {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  const key = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  for (const input of document.getElementsByName('idempotency_key')) input.value = key
}

/** The new run takes the place of those that have ended, and of itself when it is on the page already. */
function tidy(runs) {
  const newest = runs.lastElementChild
  for (const run of [...runs.children]) {
    const isOver = ['completed', 'failed', 'cancelled'].includes(run.dataset.status)
    if (run !== newest && (isOver || run.id === newest.id)) run.remove()
  }
}

/** The library says what is wrong in a fragment; what anybody else says, as a proxy, is not for a person to read. */
function sentence(text) {
  const page = new DOMParser().parseFromString(text, 'text/html')
  return page.querySelector('.agent-error')?.textContent ?? noAnswer
}
