// Makes the page live. Everything here is a comfort: without it the run fragment still polls, and without any
// JavaScript the forms still work.
import { watchForms } from './forms.js'

const notice = document.getElementById('notice')
const runs = document.getElementById('runs')

if (runs && notice) {
  watchForms({ runs, say })
  watchConnection()
  swapOnlyChanges()
  stayAtTheEnd()
}

/** @param {string} message empty to take it back */
function say(message, kind = 'error') {
  notice.textContent = message
  notice.hidden = message === ''
  notice.dataset.kind = kind
}

/** Polls go on while the server is away; its reader is told, and told when it is back. */
function watchConnection() {
  document.addEventListener('htmx:error', ({ target }) => {
    if (!isForm(target)) say('The desk does not answer just now. Trying again…', 'connection')
  })
  document.addEventListener('htmx:after:request', ({ detail }) => {
    if (detail.ctx.response.status === 401) location.reload()
    if (detail.ctx.response.status < 500 && notice.dataset.kind === 'connection') say('')
  })
}

/** A panel that has not changed is left as it is, with what its reader has unfolded or selected in it. */
function swapOnlyChanges() {
  const seen = new WeakMap()
  document.addEventListener('htmx:before:swap', (event) => {
    const { sourceElement, text } = event.detail.ctx
    if (!['conversation', 'bookings'].includes(sourceElement?.id)) return
    if (seen.get(sourceElement) === text) event.preventDefault()
    seen.set(sourceElement, text)
  })
}

/** Follows the conversation as it grows, unless its reader has scrolled up. */
function stayAtTheEnd() {
  const page = document.scrollingElement
  const isAtTheEnd = () => page.scrollHeight - page.scrollTop - innerHeight < 120
  const toTheEnd = () => page.scrollTo({ top: page.scrollHeight })
  let follows = true
  addEventListener('scroll', () => (follows = isAtTheEnd()), { passive: true })
  new ResizeObserver(() => follows && toTheEnd()).observe(document.querySelector('.chat'))
}

function isForm(element) {
  return element instanceof HTMLFormElement
}
