/**
 * Follows the run under way by its event stream: text appears as the model writes it, and the run's fragment is
 * fetched again as soon as something else has happened. When the stream breaks, because the server was killed, say,
 * it is opened again after the last event seen; meanwhile the fragment polls by itself.
 */
const textEvents = ['text_delta', 'message_output_created']
const endEvents = ['run.completed', 'run.failed', 'run.cancelled']
const otherEvents = [
  'run.attempt_started',
  'run.recovered',
  'run.drained',
  'run.cancel_requested',
  'run.awaiting_approval',
  'run.resumed',
  'tool_called',
  'tool_output',
]
const isOpen = '[data-status="pending"], [data-status="running"], [data-status="awaiting_approval"]'
const retryMs = [300, 1000, 2000]

/** @param {HTMLElement} runs */
export function followRuns(runs) {
  let live
  const update = () => {
    const id = document.hidden ? undefined : runs.querySelector(isOpen)?.dataset.runId
    if (live?.id !== id) {
      live?.close()
      live = id && followRun(id)
    }
    live?.show()
  }
  new MutationObserver(update).observe(runs, { childList: true })
  document.addEventListener('visibilitychange', update)
  addEventListener('pagehide', () => live?.close())
  update()
}

function followRun(id) {
  const messages = new Map()
  let source
  let timer
  let last = 0
  let failures = 0
  let isOver = false

  function connect() {
    source = new EventSource(`/agents/runs/${id}/events/?after=${last}`)
    source.addEventListener('open', () => (failures = 0))
    source.addEventListener('error', reconnect)
    source.addEventListener('reset', () => messages.clear())
    for (const type of [...textEvents, ...endEvents, ...otherEvents]) {
      source.addEventListener(type, (event) => take(type, event))
    }
  }

  function reconnect() {
    source.close()
    if (isOver) return
    timer = setTimeout(connect, retryMs[Math.min(failures, retryMs.length - 1)])
    failures += 1
  }

  function take(type, event) {
    last = Number(event.lastEventId)
    const { payload } = JSON.parse(event.data)
    if (type === 'text_delta') addDelta(messages, payload)
    else if (type === 'message_output_created') finish(messages, payload)
    else {
      if (type === 'run.attempt_started') dropUnfinished(messages)
      isOver = endEvents.includes(type)
      refreshSoon(id)
    }
    show()
  }

  function show() {
    const run = document.getElementById(`run-container-${id}`)
    const text = [...messages.values()].map((message) => message.text).join('\n\n')
    if (run?.matches(isOpen) && text && source.readyState === EventSource.OPEN) write(run, text)
  }

  connect()
  return {
    id,
    show,
    close() {
      clearTimeout(timer)
      source.close()
    },
  }
}

/** A delta says where it begins, so one that is seen twice changes nothing. */
function addDelta(messages, { path, offset, text }) {
  const known = messages.get(path)?.text ?? ''
  messages.set(path, { text: known.slice(0, offset) + text, isWhole: false })
}

/** The whole message replaces what its deltas have told, unless it was too long for one event. */
function finish(messages, { path, text, truncated }) {
  if (typeof text !== 'string') return
  const told = messages.get(path)?.text ?? ''
  messages.set(path, { text: truncated && told.length > text.length ? told : text, isWhole: true })
}

/** After a crash a message that was being written is written again. */
function dropUnfinished(messages) {
  for (const [path, { isWhole }] of messages) if (!isWhole) messages.delete(path)
}

function write(run, text) {
  let place = run.querySelector('.agent-run__partial')
  if (!place) {
    place = document.createElement('div')
    place.className = 'agent-run__partial agent-text'
    const after = run.querySelector('.agent-run__approvals, .agent-run__usage, .agent-run__form')
    run.insertBefore(place, after)
  }
  if (place.textContent !== text) place.textContent = text
}

const refreshing = new Map()

/** Several things that happen at once are one reason to look. */
function refreshSoon(id) {
  if (refreshing.has(id)) return
  const look = () => {
    refreshing.delete(id)
    const run = document.getElementById(`run-container-${id}`)
    const address = run?.getAttribute('hx-get')
    if (address) window.htmx.ajax('GET', address, { source: run })
  }
  refreshing.set(id, setTimeout(look, 60))
}
